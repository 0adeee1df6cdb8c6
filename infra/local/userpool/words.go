package userpool

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// inWords says to a person at the hosted login what went wrong. A client of the
// API gets Cognito's words, which name the first of several reasons, and no time.
func (p *Pool) inWords(r *http.Request, refused *fault) string {
	switch {
	case errors.Is(refused, errLockedOut):
		if b, ok := p.browsers.of(r, p.now()); ok && r.PostFormValue("email") == "" {
			return "Too many wrong codes or passwords. Try again in " + p.lockedFor(b.sub) + "."
		}
		return "Too many wrong passwords. Try again in " + p.lockedFor(r.PostFormValue("email")) + "."
	case errors.Is(refused, errTOTPWrong), errors.Is(refused, errTOTPEnable):
		return "The code is wrong. Type the one that the app shows now."
	case errors.Is(refused, errTOTPUsed):
		return "The code was used already. Wait for the app's next one."
	case refused.kind == "InvalidPasswordException":
		return "The password still needs " + list(p.missingRules(r.PostFormValue("password"))) + "."
	}
	return refused.message
}

// lockedFor rounds up: what is waited for is over then.
func (p *Pool) lockedFor(username string) string {
	u, _ := p.viewUser(username) // one who can't be read is locked by the name that was typed
	left := p.lockouts.left(lockName(u, username), p.now())
	if left <= time.Minute {
		return count(max(1, int((left+time.Second-1)/time.Second)), "second")
	}
	return count(int((left+time.Minute-1)/time.Minute), "minute")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// missingRules asks the policy again with what it missed, until it misses
// nothing. The letter that makes a password longer is in none of its classes.
func (p *Pool) missingRules(password string) (missing []string) {
	rules := map[string]struct{ name, cure string }{
		"Password not long enough":                {"more characters", strings.Repeat("é", 100)},
		"Password must have lowercase characters": {"a small letter", "a"},
		"Password must have uppercase characters": {"a capital letter", "A"},
		"Password must have numeric characters":   {"a digit", "0"},
		"Password must have symbol characters":    {"a symbol", "!"},
	}
	for {
		var refused *fault
		if !errors.As(p.checkPolicy(password), &refused) {
			return missing
		}
		_, what, _ := strings.Cut(refused.message, ": ")
		rule, known := rules[what]
		if !known {
			return append(missing, "another form")
		}
		delete(rules, what)
		missing, password = append(missing, rule.name), password+rule.cure
	}
}

// list joins them as a sentence does.
func list(names []string) string {
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " and " + names[last]
	}
	return strings.Join(names, "")
}
