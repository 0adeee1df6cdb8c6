package jwks

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A reason to fetch decides what holds the fetch back.
type reason int

const (
	setMissing reason = iota // held back by the back-off
	setStale                 // the same, but nobody waits for another caller's fetch
	keyUnknown               // held back by the back-off and the cool-down
	prefetch                 // as setMissing, but its failure is forgotten
)

// backoff holds fetches back after one that failed. The zero value holds none.
type backoff struct {
	since   time.Time     // when the fetch that failed began
	wait    time.Duration // from then on; zero if it did not fail
	failure error
}

// inflight is the fetch in progress. One caller makes it within its own call.
type inflight struct {
	done chan struct{} // closed when err is set and the set is stored
	err  error
}

var errInterrupted = errors.New("the fetch did not end") // only a Transport that panics leaves it so

// refresh fetches the set, or waits for the caller who is fetching it, or says at
// once why there may be no fetch.
func (s *Set) refresh(ctx context.Context, why reason) error {
	f, leads, err := s.join(ctx, why)
	switch {
	case err != nil:
		return err
	case leads:
		s.fetch(ctx, f, why)
		return f.err
	case why == setStale:
		return nil // the old set serves
	}
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return &UnavailableError{context.Cause(ctx)}
	}
}

// join returns the fetch in progress, or a new one that the caller is to make.
// That is recorded before it is made, as if it had failed.
func (s *Set) join(ctx context.Context, why reason) (f *inflight, leads bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inflight != nil {
		return s.inflight, false, nil
	}
	if err := s.heldBack(ctx, why); err != nil {
		return nil, false, err
	}
	now := s.wallClock()
	if why != prefetch {
		s.backoff = backoff{since: now, wait: min(max(2*s.backoff.wait, MinBackoff), MaxBackoff), failure: errInterrupted}
	}
	if why == keyUnknown {
		s.unknownAt = now
	}
	s.inflight = &inflight{done: make(chan struct{}), err: &UnavailableError{errInterrupted}}
	return s.inflight, true, nil
}

// heldBack says why no fetch may start now; nil if one may.
func (s *Set) heldBack(ctx context.Context, why reason) error {
	switch {
	case s.within(s.backoff.since, s.backoff.wait):
		return &UnavailableError{fmt.Errorf("not asked again yet: %w", s.backoff.failure)}
	case s.backoff.wait == 0 && why == keyUnknown && s.within(s.unknownAt, CoolDown):
		return errNotFound
	case ctx.Err() != nil:
		return &UnavailableError{context.Cause(ctx)}
	}
	return nil
}

// fetch asks the sources and records how that ended. It does not end with ctx:
// else clients who ask and hang up, again and again, could end every fetch and
// keep everybody else in the back-off. A prefetch is not at the mercy of clients.
func (s *Set) fetch(ctx context.Context, f *inflight, why reason) {
	if why != prefetch {
		ctx = context.WithoutCancel(ctx)
	}
	s.observe(ctx, s.fetchAndEnd(ctx, f, why)) // when nobody waits any more
}

func (s *Set) fetchAndEnd(ctx context.Context, f *inflight, why reason) Event {
	ctx, cancel := context.WithTimeout(ctx, s.source.timeout)
	defer cancel()
	defer s.end(f)

	began := s.wallClock()
	set, err := s.source.fetch(ctx, s.sourcesToAsk())
	event := Event{Kind: Refused, URL: s.source.urls[0], Took: max(0, s.wallClock().Sub(began)), Err: err}

	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err == nil:
		event.Kind, event.URL, event.Skipped, event.Withdrawn = Fetched, s.source.urls[set.source], set.skipped, s.current.Load().withdrawn(set)
		set.fetched = began
		s.current.Store(set)
		s.backoff, f.err = backoff{}, nil
		if set.skipped > 0 {
			s.log.WarnContext(ctx, "key set holds keys that cannot be used", "url", s.source.urls[set.source], "skipped", set.skipped, "usable", len(set.keys))
		}
		return event
	case why != prefetch:
		s.backoff.failure = err
		s.log.WarnContext(ctx, "key set could not be fetched", "error", err, "retry_in", s.backoff.wait.String(), "last_good_serves", s.usable() != nil)
	}
	f.err = &UnavailableError{err}
	return event
}

// end lets those go on who wait for the fetch.
func (s *Set) end(f *inflight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inflight = nil
	close(f.done)
}

// sourcesToAsk is how many of the sources, from the first, may replace the
// cached set: up to the one that gave it while it is usable, else all.
func (s *Set) sourcesToAsk() int {
	if set := s.usable(); set != nil {
		return set.source + 1
	}
	return len(s.source.urls)
}
