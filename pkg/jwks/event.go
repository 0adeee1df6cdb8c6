package jwks

import (
	"context"
	"time"
)

// An Event is something that happened to a [Set], for [Config.Observe]. It holds
// configured URLs, counts and our own words, and nothing of a token or an answer.
type Event struct {
	Kind      EventKind
	URL       string // Fetched: of the source that gave the set; else the first one
	Keys      int    // usable keys in the set that serves now
	Skipped   int    // Fetched: keys in the answer that cannot be used
	Withdrawn int    // Fetched: keys of the set before that are not in this one
	Took      time.Duration
	Err       error // Refused: why; on one line
}

// An EventKind is what happened.
type EventKind string

const (
	Fetched EventKind = "fetched" // a usable answer replaced the set
	Refused EventKind = "refused" // no source gave a usable answer; the last good set serves on
	Stale   EventKind = "stale"   // a key older than MaxAge was handed out, because no refresh replaced it
)

func (s *Set) observe(ctx context.Context, e Event) {
	if s.observer == nil {
		return
	}
	if set := s.usable(); set != nil {
		e.Keys = len(set.keys)
	}
	s.observer(ctx, e)
}

// withdrawn counts the keys that next does not have any more.
func (s *snapshot) withdrawn(next *snapshot) (count int) {
	if s == nil {
		return 0
	}
	for kid := range s.keys {
		if _, published := next.keys[kid]; !published {
			count++
		}
	}
	return count
}
