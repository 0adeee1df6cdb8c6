// Package secrecy holds the deployed functions to their silence: whatever
// happens, neither their logs nor their error answers hold a secret.
package secrecy

import (
	"crypto/rand"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// long is how many characters of a secret in a row are not there by chance.
const long = 12

// secret returns a text that is nowhere else.
func secret(what string) string { return what + "-" + rand.Text() }

// checkSilent fails the test if a part of a secret is in what a function said.
func checkSilent(t *testing.T, said string, secrets ...string) {
	t.Helper()
	if part := leaked(said, secrets...); part != "" {
		t.Errorf("%q is in\n%s", part, said)
	}
}

// leaked returns a part of a secret that is in what was said.
func leaked(said string, secrets ...string) string {
	for _, s := range secrets {
		for i := range max(1, len(s)-long+1) {
			if part := s[i:min(i+long, len(s))]; strings.Contains(said, part) {
				return part
			}
		}
	}
	return ""
}

// A search that finds nothing would keep every secret.
func TestLeaked(t *testing.T) {
	t.Parallel()
	const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl"
	for said, want := range map[string]string{
		token:                            token[:long],
		"cause: " + token[30:45] + "...": token[30 : 30+long],
		`["` + token[len(token)-long:]:   token[len(token)-long:],
		"eyJhbGciOiJ and c2lnbmF0dXJ":    "",
	} {
		if got := leaked(said, token); got != want {
			t.Errorf("in %q: got %q, want %q", said, got, want)
		}
	}
	if got, want := leaked("a short one", "short"), "short"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// logged returns the values under key in the log's lines with that message, in
// the order in which they were written.
func logged(log, message, key string) (values []any) {
	for line := range strings.Lines(log) {
		var record map[string]any
		if json.Unmarshal([]byte(line), &record) == nil && record["msg"] == message {
			values = append(values, record[key])
		}
	}
	return values
}

// reasonsIn returns the reason codes that a source file declares.
func reasonsIn(source string) (codes []string) {
	for _, match := range regexp.MustCompile(`(?m)^(?:const )?\s*(?:Err\w+ +Reason|reason\w+) += "(\w+)"`).FindAllStringSubmatch(source, -1) {
		codes = append(codes, match[1])
	}
	return codes
}
