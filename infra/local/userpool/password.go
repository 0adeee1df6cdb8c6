package userpool

import (
	"context"
	"crypto/subtle"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

const (
	maxPassword = 256

	// maxHashes bounds the memory, and the processors, that a burst of sign-ins
	// takes, whether for argon2 or for the arithmetic of SRP.
	maxHashes = 2
)

// A passwordHash is an argon2id hash (RFC 9106) with what it takes to make it
// again, so that the cost may change while old hashes stay good.
type passwordHash struct {
	Passes, Memory uint32 // Memory in KiB
	Threads        uint8
	Salt, Key      []byte

	SRP srpVerifier // of the same password; none in state files of old
}

// newPassword waits for a slot, then returns what a user's new password is kept as.
func (p *Pool) newPassword(ctx context.Context, sub, password string) (h passwordHash, err error) {
	release, err := p.hashes.acquire(ctx)
	if err != nil {
		return h, err
	}
	defer release()
	h = hashPassword(password)
	h.SRP = p.newVerifier(sub, password)
	return h, nil
}

// hashPassword takes as long as OWASP's cost for argon2id, 3 passes over 12 MiB,
// in a twelfth of its memory, which the heap would not give back: a stack on a
// developer's machine should stay small.
// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
func hashPassword(password string) passwordHash {
	h := passwordHash{Passes: 36, Memory: 1 << 10, Threads: 1, Salt: randomBytes(16)}
	h.Key = h.derive(password)
	return h
}

// usable reports whether it can be made again, at about the cost of ours.
func (h passwordHash) usable() bool {
	return h.Passes-1 < 100 && h.Memory <= 64<<10 && h.Threads > 0 && len(h.Key) > 0 && h.SRP.usable()
}

func (h passwordHash) matches(password string) bool {
	return subtle.ConstantTimeCompare(h.Key, h.derive(password)) == 1
}

func (h passwordHash) derive(password string) []byte {
	return argon2.IDKey([]byte(password), h.Salt, h.Passes, h.Memory, h.Threads, 32)
}

// hashSlots admits so many hashes at a time as it has room.
type hashSlots chan struct{}

func (s hashSlots) acquire(ctx context.Context) (release func(), err error) {
	select {
	case s <- struct{}{}:
		return func() { <-s }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// checkPolicy holds a new password to the pool's policy.
// https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
func (p *Pool) checkPolicy(password string) error {
	switch {
	case utf8.RuneCountInString(password) > maxPassword:
		return malformed("password", "have length less than or equal to %d", maxPassword)
	case strings.TrimSpace(password) != password:
		return malformed("password", `satisfy regular expression pattern: ^[\S]+.*[\S]+$`)
	}
	if broken := p.settings.Policies.PasswordPolicy.broken(password); broken != nil {
		return &fault{"InvalidPasswordException", "Password did not conform with policy: " + broken[0].words}
	}
	return nil
}

// A rule is one of a policy: in Cognito's words, and as what a password needs.
type rule struct{ words, needs string }

// broken returns the rules that the password breaks.
func (p PasswordPolicy) broken(password string) (broken []rule) {
	lacks := func(required bool, kind string) bool { return required && !strings.ContainsAny(password, kind) }
	for _, row := range []struct {
		broken bool
		rule   rule
	}{
		{utf8.RuneCountInString(password) < p.MinimumLength, rule{"Password not long enough", "more characters"}},
		{lacks(p.RequireLowercase, "abcdefghijklmnopqrstuvwxyz"), rule{"Password must have lowercase characters", "a small letter"}},
		{lacks(p.RequireUppercase, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), rule{"Password must have uppercase characters", "a capital letter"}},
		{lacks(p.RequireNumbers, "0123456789"), rule{"Password must have numeric characters", "a digit"}},
		{lacks(p.RequireSymbols, "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- "), rule{"Password must have symbol characters", "a symbol"}},
	} {
		if row.broken {
			broken = append(broken, row.rule)
		}
	}
	return broken
}

// String is the policy as a sentence: "At least 8 characters, with a small letter
// and a digit."
func (p PasswordPolicy) String() string {
	var kinds []string
	for _, kind := range []struct {
		required bool
		name     string
	}{{p.RequireUppercase, "a capital letter"}, {p.RequireLowercase, "a small letter"}, {p.RequireNumbers, "a digit"}, {p.RequireSymbols, "a symbol"}} {
		if kind.required {
			kinds = append(kinds, kind.name)
		}
	}
	text := fmt.Sprintf("At least %d characters", p.MinimumLength)
	if kinds != nil {
		text += ", with " + list(kinds)
	}
	return text + "."
}

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
