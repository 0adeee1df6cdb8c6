package main

import (
	"fmt"
	"math"
)

// Prices of Lambda on arm64, us-east-1, first tier, without the free one:
// https://aws.amazon.com/lambda/pricing/
const (
	perMillionRequests = 0.20         // dollars
	perGBSecond        = 0.0000133334 // dollars
	gigabytes          = 128.0 / 1024
)

// share is the part of one vCPU that a function of 128 MB gets; 1769 MB is one:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
const share = 128.0 / 1769

// requestsPerToken is how many requests the gateway answers from its cache of
// policies for each time that it asks, in the column with the cache: one every
// 30 s under a TTL of 300 s.
const requestsPerToken = 10

// A cost is what a million authorizations by one function come to, in dollars.
// The duration is estimated from the CPU time measured here, as though every
// microsecond of it were spent at the small function's share of a CPU; Lambda
// bills it in whole milliseconds.
type cost struct {
	Name     string  `json:"name"`
	Billed   float64 `json:"billed_ms"`
	Uncached float64 `json:"dollars_per_million"`
	Cached   float64 `json:"dollars_per_million_cached"`
}

func costOf(name string, cpuMicroseconds float64) cost {
	billed := math.Ceil(cpuMicroseconds / share / 1000)
	dollars := perMillionRequests + 1e6*billed/1000*gigabytes*perGBSecond
	return cost{name, billed, dollars, dollars / requestsPerToken}
}

func (c cost) String() string {
	return fmt.Sprintf("a million authorizations by %s\t%.0f ms billed each\t$%.3f\t$%.4f with the gateway's cache", c.Name, c.Billed, c.Uncached, c.Cached)
}
