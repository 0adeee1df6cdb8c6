package userpool

import (
	"sync"
	"time"
)

const (
	freeFailures = 5
	maxLockout   = 15 * time.Minute
	maxLockouts  = 10_000
)

// lockouts slows password guessing as Cognito does: the fifth failure in a row
// locks the user for a second, each further one for twice as long, up to a
// quarter of an hour, after which all is forgotten. Unknown names are locked too,
// so that the lock does not reveal which users exist. It lives in memory, so a
// restart opens every lock.
// https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html#user-pools-lockout-policies
type lockouts struct {
	mu     sync.Mutex
	byUser map[string]failures
}

type failures struct {
	count       int
	last, until time.Time
}

func (l *lockouts) locked(user string, now time.Time) bool { return l.left(user, now) > 0 }

// left is how long the user is locked yet.
func (l *lockouts) left(user string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.byUser[user].until.Sub(now)
}

func (l *lockouts) fail(user string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	// Each entry costs the guesser a hash or a proof, so filling the map is not a
	// cheap way around the lock.
	if len(l.byUser) >= maxLockouts {
		clear(l.byUser)
	}
	f := l.byUser[user]
	if now.Sub(f.last) >= maxLockout {
		f = failures{}
	}
	f.count++
	f.last = now
	if extra := f.count - freeFailures; extra >= 0 {
		f.until = now.Add(min(time.Second<<min(extra, 10), maxLockout))
	}
	l.byUser[user] = f
}

func (l *lockouts) forget(user string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.byUser, user)
}
