package lambdatest

import (
	"crypto/rand"
	"encoding/json"
	"strings"
	"testing"
)

// long is how many consecutive characters of a secret are no coincidence.
const long = 12

// Secret returns a random text.
func Secret(what string) string { return what + "-" + rand.Text() }

// CheckSilent fails the test if a part of a secret is in a function's output.
func CheckSilent(t *testing.T, output string, secrets ...string) {
	t.Helper()
	if part := Leaked(output, secrets...); part != "" {
		t.Errorf("%q is in\n%s", part, output)
	}
}

// Leaked returns a part of a secret that the output contains.
func Leaked(output string, secrets ...string) string {
	for _, s := range secrets {
		for i := range max(1, len(s)-long+1) {
			if part := s[i:min(i+long, len(s))]; strings.Contains(output, part) {
				return part
			}
		}
	}
	return ""
}

// Logged returns the values under key in the log's lines with that message, in
// the order in which they were written.
func Logged(log, message, key string) (values []any) {
	for line := range strings.Lines(log) {
		var record map[string]any
		if json.Unmarshal([]byte(line), &record) == nil && record["msg"] == message {
			values = append(values, record[key])
		}
	}
	return values
}

// Lines returns the lines of a log, each of which must be a JSON object, or the
// test fails.
func Lines(t testing.TB, log string) (lines []map[string]any) {
	t.Helper()
	for text := range strings.Lines(log) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("a line that is not a JSON object: %s", text)
		}
		lines = append(lines, line)
	}
	return lines
}
