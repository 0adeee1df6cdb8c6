package main

import (
	"math"
	"slices"
	"time"
)

// samples are what was measured, by metric.
type samples map[string][]float64

func (s samples) add(metric string, value float64) { s[metric] = append(s[metric], value) }

// medians leaves one figure per metric.
func (s samples) medians() map[string]float64 {
	figures := make(map[string]float64)
	for metric, values := range s {
		figures[metric] = quantile(values, 0.5)
	}
	return figures
}

// quantile is the value that a share q of the values do not exceed.
func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
func megabytes(bytes int64) float64        { return float64(bytes) / 1e6 }
