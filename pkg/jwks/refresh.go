package jwks

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A reason to fetch decides what holds the fetch back and who waits for it.
type reason int

const (
	setMissing reason = iota // held back by the back-off
	setStale                 // held back by the back-off; only who starts the fetch waits for it
	keyUnknown               // held back by the back-off and the cool-down
	prefetch                 // as setMissing, and its failure is forgotten
)

// backoff holds fetches back after one that failed. The zero value holds none.
type backoff struct {
	since   time.Time     // when the fetch that failed began
	wait    time.Duration // from then on; zero if it did not fail
	failure error
}

// A flight is one fetch in progress.
type flight struct {
	why     reason
	began   time.Time
	before  backoff // what was in force
	cancel  context.CancelFunc
	done    chan struct{} // closed when err is set and the set is stored
	err     error
	waiters int // guarded by Set.mu
}

var errAbandoned = errors.New("jwks: the fetch was abandoned")

// refresh fetches the set, or waits for the fetch in progress, or says at once
// why there may be none.
func (s *Set) refresh(ctx context.Context, why reason) error {
	s.mu.Lock()
	f := s.flight
	switch {
	case f == nil:
		if err := s.heldBack(why); err != nil {
			s.mu.Unlock()
			return err
		}
		if ctx.Err() != nil { // who is gone already starts nothing
			s.mu.Unlock()
			return &UnavailableError{context.Cause(ctx)}
		}
		f = s.takeOff(ctx, why)
	case why == setStale:
		s.mu.Unlock()
		return nil // somebody is at it, and the old set serves
	}
	f.waiters++
	s.mu.Unlock()

	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		s.leave(f, errors.Is(ctx.Err(), context.Canceled))
		return &UnavailableError{context.Cause(ctx)}
	}
}

// heldBack says why no fetch may start now; nil if one may.
func (s *Set) heldBack(why reason) error {
	switch {
	case s.within(s.backoff.since, s.backoff.wait):
		return &UnavailableError{fmt.Errorf("not asked again yet: %w", s.backoff.failure)}
	case s.backoff.wait == 0 && why == keyUnknown && s.within(s.unknownAt, CoolDown):
		return errNotFound
	}
	return nil
}

// within tells whether less than d has passed since t. After the clock was set
// back the answer is no, lest a wait last for ever.
func (s *Set) within(t time.Time, d time.Duration) bool {
	since := s.wallClock().Sub(t)
	return since >= 0 && since < d
}

// takeOff starts a fetch that belongs to nobody: it runs while anybody waits
// for it, whoever's context ends. Cool-down and back-off are recorded before
// it, as though it had failed.
func (s *Set) takeOff(ctx context.Context, why reason) *flight {
	f := &flight{why: why, began: s.wallClock(), before: s.backoff, done: make(chan struct{})}
	s.backoff = backoff{since: f.began, wait: min(max(2*f.before.wait, MinBackoff), MaxBackoff), failure: errAbandoned}
	if why == keyUnknown {
		s.unknownAt = f.began
	}
	ctx, f.cancel = context.WithTimeout(context.WithoutCancel(ctx), s.source.timeout)
	s.flight = f
	go s.fly(ctx, f, s.sourcesToAsk())
	return f
}

// sourcesToAsk is how many of the sources, from the first, may replace the
// cached set: up to the one that gave it while it is usable, else all.
func (s *Set) sourcesToAsk() int {
	if set := s.usable(); set != nil {
		return set.source + 1
	}
	return len(s.source.urls)
}

func (s *Set) fly(ctx context.Context, f *flight, sources int) {
	set, err := s.source.fetch(ctx, sources)

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.flight == f { // else nobody waits any more: leave has settled it
		s.flight = nil
		s.land(f, set, err)
	}
	if err != nil {
		f.err = &UnavailableError{err}
	}
	f.cancel()
	close(f.done)
}

// land records how a fetch ended.
func (s *Set) land(f *flight, set *snapshot, err error) {
	switch {
	case err == nil:
		set.fetched = f.began
		s.current.Store(set)
		s.backoff = backoff{}
		if set.skipped > 0 {
			s.log.Warn("key set holds keys that cannot be used", "url", s.source.urls[set.source], "skipped", set.skipped, "usable", len(set.keys))
		}
	case f.why == prefetch:
		s.backoff = f.before
	default:
		s.backoff.failure = err
		s.log.Warn("key set could not be fetched", "error", err, "retry_in", s.backoff.wait.String(), "last_good_serves", s.usable() != nil)
	}
}

// leave takes one waiter off a flight. The last to leave because his time is up
// ends it, and stays until it has ended: no goroutine outlives a call. Such a
// fetch says nothing about the pool, so the back-off does not grow; an abandoned
// prefetch has no consequence at all.
//
// The last who was hung up on sees the fetch through instead, for at most the
// time of a fetch. Else clients who ask and hang up, again and again, could end
// every fetch and keep everybody else in the back-off.
func (s *Set) leave(f *flight, hungUp bool) {
	s.mu.Lock()
	last := f.waiters == 1 && s.flight == f
	if last && hungUp {
		s.mu.Unlock()
		<-f.done
		return
	}
	f.waiters--
	if last {
		s.flight = nil
		s.backoff.wait = max(f.before.wait, MinBackoff)
		if f.why == prefetch {
			s.backoff = f.before
		}
	}
	s.mu.Unlock()
	if last {
		f.cancel()
		<-f.done
	}
}
