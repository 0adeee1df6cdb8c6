package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
)

// Geometry of the chart, in its own units.
const (
	chartWidth  = 860
	chartMargin = 24
	labelWidth  = 236
	figureWidth = 120
	barHeight   = 16
	rowHeight   = 24
	panelHead   = 42
)

// chart draws one panel of bars for each metric that people choose by.
func (r *report) chart() []byte {
	var body bytes.Buffer
	y := 56
	for _, metric := range []string{coldBundled, warmCPU, peakMemory, zipped} {
		y = r.panel(&body, metric, y)
	}
	y += 20
	text(&body, chartMargin, y, "note", fmt.Sprintf("Medians of one run on %s, %s.", r.Date[:len("2006-01-02")], r.Machine))
	height := y + chartMargin

	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-labelledby="title">`+"\n", chartWidth, height)
	fmt.Fprint(&out, `<title id="title">A Lambda authorizer in Go and in Node: cold start, CPU, memory and size</title>
<style>
  text { font: 13px system-ui, sans-serif; fill: #1f2937 }
  .head { font-size: 15px; font-weight: 600 }
  .title { font-size: 18px; font-weight: 600 }
  .note { font-size: 11px; fill: #6b7280 }
  .bar { fill: #94a3b8 }
  .ours { fill: #0f766e }
</style>
`)
	fmt.Fprintf(&out, `<rect width="%d" height="%d" rx="8" fill="#ffffff"/>`+"\n", chartWidth, height)
	text(&out, chartMargin, 36, "title", "One authorizer, as deployed (shorter is better)")
	out.Write(body.Bytes())
	out.WriteString("</svg>\n")
	return out.Bytes()
}

// panel draws the bars of one metric from y on and returns where it ends.
func (r *report) panel(w *bytes.Buffer, metric string, y int) int {
	text(w, chartMargin, y+26, "head", metric)
	y += panelHead
	longest := 0.0
	for _, row := range r.Functions {
		longest = max(longest, row.Figures[metric])
	}
	for _, row := range r.Functions {
		if row.Name == notes {
			continue // another function, not another way to write this one
		}
		figure, class := row.Figures[metric], "bar"
		if row.Name == ours {
			class = "ours"
		}
		width := figure / longest * (chartWidth - 2*chartMargin - labelWidth - figureWidth)
		text(w, chartMargin, y+13, "label", row.Name)
		fmt.Fprintf(w, `<rect class="%s" x="%d" y="%d" width="%.1f" height="%d" rx="2"/>`+"\n", class, chartMargin+labelWidth, y, width, barHeight)
		text(w, chartMargin+labelWidth+int(width)+8, y+13, "label", strings.TrimRight(fmt.Sprintf("%.*f", decimals(figure), figure), " "))
		y += rowHeight
	}
	return y
}

func text(w *bytes.Buffer, x, y int, class, s string) {
	fmt.Fprintf(w, `<text class="%s" x="%d" y="%d">`, class, x, y)
	xml.EscapeText(w, []byte(s))
	w.WriteString("</text>\n")
}
