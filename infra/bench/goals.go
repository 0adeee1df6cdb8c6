package main

import (
	"fmt"
	"math"
)

// A goal is a bound that this project set itself. Whether it is reached is
// reported, never asserted: a test that times things fails when a machine is
// busy.
type goal struct {
	Name    string  `json:"name"`
	Want    float64 `json:"want"`
	Got     float64 `json:"got"`
	AtLeast bool    `json:"at_least,omitempty"` // else at most
}

func (g goal) reached() bool {
	if g.AtLeast {
		return g.Got >= g.Want
	}
	return g.Got <= g.Want
}

func (g goal) String() string {
	verdict, bound := "reached", "at most"
	if !g.reached() {
		verdict = "MISSED by " + g.missedBy()
	}
	if g.AtLeast {
		bound = "at least"
	}
	return fmt.Sprintf("%s\t%.2f\t%s %.2f\t%s", g.Name, g.Got, bound, g.Want, verdict)
}

func (g goal) missedBy() string {
	percent := 100 * math.Abs(g.Got/g.Want-1)
	if percent < 10 {
		return fmt.Sprintf("%.1f %%", percent)
	}
	return fmt.Sprintf("%.0f %%", percent)
}

func (r *report) goals() []goal {
	ratio := func(metric, a, b string) float64 { return r.figure(a, metric) / r.figure(b, metric) }
	bare := r.figure(bareRSA, verifyCPU)
	goals := []goal{
		{Name: "Verify, times a bare RSA verification", Want: 1.3, Got: ratio(verifyCPU, ourVerify, bareRSA)},
		{Name: "Verify, allocations", Want: 25, Got: r.figure(ourVerify, verifyAllocs)},
		{Name: "a refusal that needs no key, µs", Want: 8, Got: r.figure(refusal, verifyCPU)},
		{Name: "cold start, times the do-nothing Lambda", Want: 1.15, Got: ratio(coldBundled, ours, floor)},
		{Name: "CPU per invocation beyond the do-nothing Lambda, in bare verifications", Want: 1.3,
			Got: (r.figure(ours, warmCPU) - r.figure(floor, warmCPU)) / bare},
		{Name: "peak memory, times the do-nothing Lambda", Want: 1.15, Got: ratio(peakMemory, ours, floor)},
		{Name: "the notes' cold start, times the do-nothing Lambda", Want: 2.5, Got: ratio(coldFetched, notes, floor)},
	}
	if r.Missing == "" {
		goals = append(goals,
			goal{Name: "cold start, times faster than aws-jwt-verify", Want: 30, Got: ratio(coldBundled, aws, ours), AtLeast: true},
			goal{Name: "CPU per invocation, times aws-jwt-verify's", Want: 0.5, Got: ratio(warmCPU, ours, aws)})
	}
	return goals
}
