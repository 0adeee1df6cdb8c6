package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
)

// Between these two lines of the README stand the figures of a run.
const (
	figuresBegin = "<!-- figures: written by make bench -->\n"
	figuresEnd   = "<!-- end of the figures -->\n"
)

// publish puts the figures into the README, in place of those that are there.
func (r *report) publish(readme string) error {
	text, err := os.ReadFile(readme)
	if err != nil {
		return err
	}
	before, rest, begins := bytes.Cut(text, []byte(figuresBegin))
	_, after, ends := bytes.Cut(rest, []byte(figuresEnd))
	if !begins || !ends {
		return errors.New(readme + " has no place for figures")
	}
	return os.WriteFile(readme, bytes.Join([][]byte{before, []byte(r.markdown()), after}, nil), 0o644)
}

// markdown is what stands between the two lines, and they.
func (r *report) markdown() string {
	var w strings.Builder
	w.WriteString(figuresBegin)
	fmt.Fprintf(&w, "\nMeasured on %s on %s.\n\n", r.Date[:len("2006-01-02")], r.Machine)
	r.markdownTable(&w, r.Functions, []string{coldBundled, coldFetched, warmCPU, warmP50, warmP99, peakMemory, zipped})
	fmt.Fprintf(&w, "The warm round trips of the notes have in them the %s that the table takes to answer.\n\n", tableLatency)
	r.markdownTable(&w, r.Verify, []string{verifyCPU, verifyAllocs})
	w.WriteString("| goal | wanted | measured | |\n|---|---:|---:|---|\n")
	for _, g := range r.Goals {
		bound, verdict := "at most", "reached"
		if g.AtLeast {
			bound = "at least"
		}
		if !g.reached() {
			verdict = fmt.Sprintf("**missed by %s**", g.missedBy())
		}
		fmt.Fprintf(&w, "| %s | %s %.4g | %.2f | %s |\n", g.Name, bound, g.Want, g.Got, verdict)
	}
	w.WriteString("\n| a million authorizations, arm64, 128 MB | billed each | dollars | with the gateway's cache |\n|---|---:|---:|---:|\n")
	for _, c := range r.Cost {
		fmt.Fprintf(&w, "| %s | %.0f ms | %.3f | %.4f |\n", c.Name, c.Billed, c.Uncached, c.Cached)
	}
	w.WriteString("\n" + figuresEnd)
	return w.String()
}

// markdownTable has a line per row and a column per metric.
func (r *report) markdownTable(w *strings.Builder, rows []row, metrics []string) {
	fmt.Fprintf(w, "| | %s |\n|---|%s\n", strings.Join(metrics, " | "), strings.Repeat("---:|", len(metrics)))
	for _, row := range rows {
		fmt.Fprintf(w, "| %s |", row.Name)
		for _, metric := range metrics {
			fmt.Fprintf(w, " %.*f |", decimals(row.Figures[metric]), row.Figures[metric])
		}
		w.WriteString("\n")
	}
	w.WriteString("\n")
}
