package main

import (
	"bytes"
	_ "embed"
	"text/template"
)

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
