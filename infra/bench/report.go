package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"
)

// A report is what one run found.
type report struct {
	Date    string  `json:"date"` // RFC 3339
	Machine machine `json:"machine"`
	Extent  extent  `json:"extent"`
	Missing string  `json:"missing,omitempty"` // why there are no Node rows

	Functions []row  `json:"functions"`
	Verify    []row  `json:"verification"`
	Goals     []goal `json:"goals"`
	Cost      []cost `json:"cost"`
}

// A row has the medians of one subject, by metric.
type row struct {
	Name    string             `json:"name"`
	Figures map[string]float64 `json:"figures"`
}

// newReport sums up what a lab has measured.
func newReport(l *lab) *report {
	r := &report{Date: l.began.UTC().Format(time.RFC3339), Machine: l.machine, Extent: l.extent, Missing: l.missing}
	for _, s := range l.subjects {
		figures := l.taken(s.name).medians()
		r.Functions = append(r.Functions, row{s.name, figures})
		if s.name != notes && s.name != floor {
			r.Cost = append(r.Cost, costOf(s.name, figures[warmCPU]))
		}
	}
	for _, name := range []string{bareRSA, ourVerify, commonVerify, refusal} {
		r.Verify = append(r.Verify, row{name, l.taken(name).medians()})
	}
	r.Goals = r.goals()
	return r
}

// figure is zero if it was not measured.
func (r *report) figure(name, metric string) float64 {
	for _, rows := range [][]row{r.Functions, r.Verify} {
		for _, row := range rows {
			if row.Name == name {
				return row.Figures[metric]
			}
		}
	}
	return 0
}

// write prints the report for a person.
func (r *report) write(w io.Writer) error {
	fmt.Fprintf(w, "%s on %s\n", r.Date, r.Machine)
	e := r.Extent
	fmt.Fprintf(w, "medians; interleaved, in %d rounds, each with %d cold starts each way and %d batches of %d warm invocations\n\n",
		e.Rounds, e.Colds, e.Batches, e.Batch)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	r.table(t, r.Functions, ours, functionMetrics)
	r.table(t, r.Verify, ourVerify, []string{verifyCPU, verifyAllocs})
	for _, g := range r.Goals {
		fmt.Fprintln(t, g)
	}
	fmt.Fprintln(t)
	for _, c := range r.Cost {
		fmt.Fprintln(t, c)
	}
	fmt.Fprintf(t, "\nIn parentheses: times our own figure. The notes' warm round trips have the table's %s in them.\n", tableLatency)
	if r.Missing != "" {
		fmt.Fprintln(t, r.Missing)
	}
	return t.Flush()
}

// table has a line per metric and a column per row; in parentheses stands how
// many times the base's figure it is.
func (r *report) table(w io.Writer, rows []row, base string, metrics []string) {
	for _, row := range rows {
		fmt.Fprintf(w, "\t%s", row.Name)
	}
	fmt.Fprintln(w)
	for _, metric := range metrics {
		fmt.Fprint(w, metric)
		for _, row := range rows {
			figure, measured := row.Figures[metric]
			if !measured {
				fmt.Fprint(w, "\t")
				continue
			}
			fmt.Fprintf(w, "\t%.*f", decimals(figure), figure)
			if of := r.figure(base, metric); of != 0 {
				fmt.Fprintf(w, " (%.2f)", figure/of)
			}
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
}

// decimals leaves about three digits that mean something.
func decimals(figure float64) int {
	switch {
	case figure >= 100:
		return 0
	case figure >= 10:
		return 1
	}
	return 2
}

// save keeps the report and its chart in a folder, for the README.
func (r *report) save(folder string) error {
	document, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return errors.Join(
		os.MkdirAll(folder, 0o755),
		os.WriteFile(filepath.Join(folder, "bench.json"), append(document, '\n'), 0o644),
		os.WriteFile(filepath.Join(folder, "bench.svg"), r.chart(), 0o644),
	)
}
