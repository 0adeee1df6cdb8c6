package lambdatest

import (
	"encoding/json"
	"strings"
	"testing"
)

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
