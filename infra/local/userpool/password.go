package userpool

import (
	"context"
	"crypto/subtle"
	"fmt"
	"strings"
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
	const symbols = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- "
	policy := p.settings.Policies.PasswordPolicy
	switch {
	case utf8.RuneCountInString(password) > maxPassword:
		return malformed("password", "have length less than or equal to %d", maxPassword)
	case strings.TrimSpace(password) != password:
		return malformed("password", `satisfy regular expression pattern: ^[\S]+.*[\S]+$`)
	case utf8.RuneCountInString(password) < policy.MinimumLength:
		return weak("Password not long enough")
	case policy.RequireLowercase && !strings.ContainsAny(password, "abcdefghijklmnopqrstuvwxyz"):
		return weak("Password must have lowercase characters")
	case policy.RequireUppercase && !strings.ContainsAny(password, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
		return weak("Password must have uppercase characters")
	case policy.RequireNumbers && !strings.ContainsAny(password, "0123456789"):
		return weak("Password must have numeric characters")
	case policy.RequireSymbols && !strings.ContainsAny(password, symbols):
		return weak("Password must have symbol characters")
	}
	return nil
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
	switch last := len(kinds) - 1; {
	case last == 0:
		text += ", with " + kinds[0]
	case last > 0:
		text += ", with " + strings.Join(kinds[:last], ", ") + " and " + kinds[last]
	}
	return text + "."
}

func weak(what string) error {
	return &fault{"InvalidPasswordException", "Password did not conform with policy: " + what}
}
