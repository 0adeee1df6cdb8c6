package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// The metrics of a function.
const (
	coldFetched = "cold start, key set fetched (ms)"
	coldBundled = "cold start, key set bundled (ms)"
	coldCPU     = "CPU of a cold start, bundled (ms)"
	warmCPU     = "CPU per warm invocation (µs)"
	warmP50     = "warm round trip p50 (µs)"
	warmP99     = "warm round trip p99 (µs)"
	peakMemory  = "peak memory (MB)"
	zipped      = "zipped (MB)"

	tableRequests    = "requests to the table, per invocation"
	tableConnections = "connections to the table, per process"
)

var functionMetrics = []string{coldFetched, coldBundled, coldCPU, warmCPU, warmP50, warmP99, peakMemory, zipped, tableRequests, tableConnections}

// extent is how often everything is repeated. Each round measures everything
// once more, because a machine that is slower for a minute is so for all that is
// measured in that minute.
type extent struct {
	Rounds  int `json:"rounds"`
	Colds   int `json:"cold_starts"`  // of each function, each way, per round
	Batches int `json:"batches"`      // of warm invocations, by one process per round
	Batch   int `json:"invocations"`  // per batch
	WarmUp  int `json:"warm_up"`      // invocations before the first batch
	Verify  int `json:"verify_turns"` // of the comparison inside one process, per round
}

// check makes sure that what is going to be measured does its work.
func (l *lab) check(ctx context.Context) error {
	for _, s := range l.subjects {
		for _, env := range [][]string{l.fetched, l.bundled} {
			p, err := start(ctx, s.command, env, l.folder)
			if err != nil {
				return err
			}
			answer, err := p.invoke(s.event)
			if err == nil && !strings.Contains(answer, s.wants) {
				err = fmt.Errorf("answered %s", answer)
			}
			if err == nil && s.bogus != nil {
				if answer, refused := p.invoke(s.bogus); refused == nil {
					err = fmt.Errorf("let a forged token pass: %s", answer)
				}
			}
			p.stop()
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
	}
	return nil
}

// cold starts every function once each way per turn, all in an order of its own
// each time, so that whatever else this machine does falls on all of them alike.
func (l *lab) cold(ctx context.Context) error {
	for range l.extent.Colds {
		for _, i := range rand.Perm(2 * len(l.subjects)) {
			s, bundled := l.subjects[i/2], i%2 == 1
			env := l.fetched
			if bundled {
				env = l.bundled
			}
			took, cpu, err := l.coldStart(ctx, s, env)
			if err != nil {
				return err
			}
			if !bundled {
				l.taken(s.name).add(coldFetched, milliseconds(took))
				continue
			}
			l.taken(s.name).add(coldBundled, milliseconds(took))
			l.taken(s.name).add(coldCPU, milliseconds(cpu))
		}
	}
	return nil
}

// coldStart is the time from before the process is made until its first answer
// is here.
func (l *lab) coldStart(ctx context.Context, s *subject, env []string) (took, cpu time.Duration, err error) {
	p, err := start(ctx, s.command, env, l.folder)
	if err != nil {
		return 0, 0, err
	}
	defer p.stop()
	if _, err = p.invoke(s.event); err != nil {
		return 0, 0, fmt.Errorf("%s: %w", s.name, err)
	}
	took = time.Since(p.began)
	u, err := p.usage()
	return took, u.cpu, err
}

// tableLatency is less than DynamoDB takes. With none at all an answer can
// overtake the end of the SDK's request, which then drops the connection.
const tableLatency = time.Millisecond

// warm runs one process of each function side by side and gives them their
// batches in turn.
func (l *lab) warm(ctx context.Context) error {
	l.table.latency.Store(int64(tableLatency))
	defer l.table.latency.Store(0)
	running := make([]*process, len(l.subjects))
	requests, connections := l.table.requests.Load(), l.table.connections.Load()
	for i, s := range l.subjects {
		p, err := start(ctx, s.command, l.fetched, l.folder)
		if err != nil {
			return err
		}
		defer p.stop()
		running[i] = p
		if _, _, err := p.batch(s.event, l.extent.WarmUp); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	for range l.extent.Batches {
		for _, i := range rand.Perm(len(running)) {
			cpu, trips, err := running[i].batch(l.subjects[i].event, l.extent.Batch)
			if err != nil {
				return fmt.Errorf("%s: %w", l.subjects[i].name, err)
			}
			taken := l.taken(l.subjects[i].name)
			taken.add(warmCPU, microseconds(cpu))
			taken.add(warmP50, quantile(trips, 0.50))
			taken.add(warmP99, quantile(trips, 0.99))
		}
	}
	for i, p := range running {
		u, err := p.usage()
		if err != nil {
			return err
		}
		l.taken(l.subjects[i].name).add(peakMemory, megabytes(u.peak))
	}
	l.taken(notes).add(tableRequests, float64(l.table.requests.Load()-requests)/float64(l.extent.WarmUp+l.extent.Batches*l.extent.Batch))
	l.taken(notes).add(tableConnections, float64(l.table.connections.Load()-connections))
	return nil
}

// batch returns the CPU time per invocation and the round trips in microseconds.
func (p *process) batch(event []byte, invocations int) (cpu time.Duration, trips []float64, err error) {
	before, err := p.usage()
	if err != nil {
		return 0, nil, err
	}
	for range invocations {
		began := time.Now()
		if _, err := p.invoke(event); err != nil {
			return 0, nil, err
		}
		trips = append(trips, microseconds(time.Since(began)))
	}
	after, err := p.usage()
	return (after.cpu - before.cpu) / time.Duration(invocations), trips, err
}
