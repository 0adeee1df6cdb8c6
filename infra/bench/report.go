package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"text/template"
	"time"
)

// A report is what one run found.
type report struct {
	Date    string `json:"date"` // RFC 3339
	Machine string `json:"machine"`
	Extent  extent `json:"extent"`
	Missing string `json:"missing,omitempty"` // why there are no Node rows

	Functions []row    `json:"functions"`
	Verify    []row    `json:"verification"`
	Growths   []series `json:"growth"`
}

// A row has the medians of one subject, by metric.
type row struct {
	Name    string             `json:"name"`
	Figures map[string]float64 `json:"figures"`
}

// A series has a row for each size of an input.
type series struct {
	Name string `json:"name"`
	Law  law    `json:"law"`
	Rows []step `json:"rows"`
}

type step struct {
	Size    int                `json:"size"`
	Figures map[string]float64 `json:"figures"`
	Ratio   float64            `json:"ratio"` // of its CPU time to the smallest size's
	Most    float64            `json:"most"`  // that the law lets it be
}

// report sums up what was measured.
func (l *lab) report() *report {
	r := &report{Date: l.began.UTC().Format(time.RFC3339), Machine: l.machine, Extent: l.extent, Missing: l.missing}
	for _, s := range l.subjects {
		r.Functions = append(r.Functions, row{s.name, l.medians(s.name)})
	}
	for _, name := range []string{bareRSA, plainVerify, mapVerify, ourVerify, plainExpired, ourExpired} {
		r.Verify = append(r.Verify, row{name, l.medians(name)})
	}
	for _, g := range growths() {
		s, smallest := series{Name: g.name, Law: g.law}, l.medians(g.at(g.sizes[0]))[callCPU]
		for _, size := range g.sizes {
			figures := l.medians(g.at(size))
			s.Rows = append(s.Rows, step{size, figures, figures[callCPU] / smallest, g.law.most(size, g.sizes[0])})
		}
		r.Growths = append(r.Growths, s)
	}
	return r
}

func (l *lab) medians(name string) map[string]float64 {
	figures := make(map[string]float64)
	for key, values := range l.samples {
		if key.name == name {
			figures[key.metric] = quantile(values, 0.5)
		}
	}
	return figures
}

// A bound is what the verifier is held to. It is reported, never asserted: a
// test that times things fails when a machine is busy.
type bound struct {
	Name        string
	Ratio, Most float64
}

// Bounds compares our verifier with the plain way, measured in the same run.
func (r *report) Bounds() []bound {
	ratio := func(name, metric, of string) float64 {
		return figure(r.Verify, name, metric) / figure(r.Verify, of, metric)
	}
	return []bound{
		{"CPU time of a good token", ratio(ourVerify, callCPU, plainVerify), 1.05},
		{"allocations of a good token", ratio(ourVerify, callAllocs, plainVerify), 0.5},
		{"CPU time of a good token, plain way with a map", ratio(ourVerify, callCPU, mapVerify), 1.05},
		{"allocations of a good token, plain way with a map", ratio(ourVerify, callAllocs, mapVerify), 0.5},
		{"CPU time of an expired token", ratio(ourExpired, callCPU, plainExpired), 0.1},
	}
}

// Ours are the figures of our authorizer.
func (r *report) Ours() map[string]float64 { return r.Functions[0].Figures }

func figure(rows []row, name, metric string) float64 {
	for _, row := range rows {
		if row.Name == name {
			return row.Figures[metric]
		}
	}
	return 0
}

//go:embed README.md.tmpl
var readme string

// markdown is the README of this folder.
func (r *report) markdown() ([]byte, error) {
	t, err := template.New("README.md.tmpl").Funcs(template.FuncMap{"figure": digits, "day": day}).Parse(readme)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, map[string]any{
		"Report": r, "Latency": tableLatency,
		"Functions": []string{coldBundled, coldFetched, warmCPU, warmP50, warmP99, peakMemory, zipped},
		"Calls":     []string{callCPU, callAllocs},
	})
	return out.Bytes(), err
}

// digits leaves about three digits that mean something.
func digits(figure float64) string {
	decimals := 3
	for bound := 1.0; decimals > 0 && figure >= bound; bound *= 10 {
		decimals--
	}
	return strconv.FormatFloat(figure, 'f', decimals, 64)
}

func day(date string) string { return date[:len(time.DateOnly)] }

// save writes the figures, the chart and the README.
func (r *report) save(folder string) error {
	document, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	picture, chartErr := r.chart()
	text, textErr := r.markdown()
	if err := errors.Join(chartErr, textErr); err != nil {
		return err
	}
	return errors.Join(
		os.MkdirAll(filepath.Join(folder, "results"), 0o755),
		os.WriteFile(filepath.Join(folder, "results", "bench.json"), append(document, '\n'), 0o644),
		os.WriteFile(filepath.Join(folder, "results", "bench.svg"), picture, 0o644),
		os.WriteFile(filepath.Join(folder, "README.md"), text, 0o644),
	)
}

//go:embed chart.svg.tmpl
var chart string

// A line of the chart is the head of a panel or one bar of it.
type line struct {
	Y                   int
	Head                string
	Name, Class, Figure string
	Width               float64
}

// chart draws one panel of bars for each metric that people choose by.
func (r *report) chart() ([]byte, error) {
	const rowHeight, longestBar = 24, 450
	var lines []line
	y := 50
	for _, metric := range []string{coldBundled, warmCPU, peakMemory, zipped} {
		y += rowHeight
		lines = append(lines, line{Y: y, Head: metric})
		y += rowHeight / 4
		longest := 0.0
		for _, row := range r.Functions {
			longest = max(longest, row.Figures[metric])
		}
		for _, row := range r.Functions {
			if row.Name == notes {
				continue // another function, not another way to write this one
			}
			y += rowHeight
			class := map[bool]string{true: "ours", false: "bar"}[row.Name == ours]
			lines = append(lines, line{Y: y, Name: row.Name, Class: class, Figure: digits(row.Figures[metric]), Width: row.Figures[metric] / longest * longestBar})
		}
	}
	t, err := template.New("chart").Parse(chart)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, map[string]any{"Lines": lines, "NoteY": y + 40, "Height": y + 64, "Note": day(r.Date) + ", " + r.Machine})
	return out.Bytes(), err
}
