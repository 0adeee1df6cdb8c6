package userpool

import (
	"crypto/subtle"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	codeLifetime  = 24 * time.Hour
	resetLifetime = time.Hour
	maxWrongCodes = 5 // in wrongCodeSpan, however many codes were asked for meanwhile
	wrongCodeSpan = time.Hour
)

// A code proves that its sender reads the mail of an address. It is stored in the
// clear, because this pool also serves as the mailbox.
type code struct {
	Digits     string
	Sent       time.Time
	Expires    time.Time
	Wrong      int
	WrongSince time.Time
}

// newCode replaces before, which may be nil, and keeps its count of wrong tries:
// otherwise a new code would reset the count.
func newCode(before *code, now time.Time, lifetime time.Duration) *code {
	c := &code{Digits: fmt.Sprintf("%06d", randomInt(1_000_000)), Sent: now, Expires: now.Add(lifetime)}
	if before != nil {
		c.Wrong, c.WrongSince = before.Wrong, before.WrongSince
	}
	return c
}

// try returns nil for the right digits in time and counts wrong ones, which the
// caller must save. A nil code is one that has expired. Cognito limits tries too,
// to how many is not documented.
func (c *code) try(digits string, now time.Time) error {
	if c == nil {
		return errCodeExpired
	}
	if now.Sub(c.WrongSince) >= wrongCodeSpan {
		c.Wrong, c.WrongSince = 0, now
	}
	switch {
	case c.Wrong >= maxWrongCodes:
		return errCodeLimit
	case !now.Before(c.Expires):
		return errCodeExpired
	case subtle.ConstantTimeCompare([]byte(c.Digits), []byte(digits)) != 1:
		c.Wrong++
		return errCodeMismatch
	}
	return nil
}

// deliver is the pool's post office. Without a code it only says where one would go.
func (p *Pool) deliver(address, what string, c *code) delivery {
	if c != nil {
		p.log.Info("to "+address+": "+what+" "+c.Digits, "expires", c.Expires)
	}
	local, domain, _ := strings.Cut(address, "@")
	return delivery{"email", "EMAIL", firstLetter(local) + "***@" + firstLetter(domain) + "***"}
}

// codeOutput answers that a code was sent.
type codeOutput struct{ CodeDeliveryDetails delivery }

// A delivery is CodeDeliveryDetailsType, with the address as Cognito masks it:
// d***@e***.
type delivery struct{ AttributeName, DeliveryMedium, Destination string }

func firstLetter(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}
