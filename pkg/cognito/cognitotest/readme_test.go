package cognitotest_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The code that the README shows is from tested examples, line by line.
func TestSnippetsAreExamples(t *testing.T) {
	t.Parallel()
	read := func(path string) string {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	indent := regexp.MustCompile(`(?m)^\t+`)
	var examples string
	for _, path := range []string{"example_test.go", "example_event_test.go", "../../../infra/local/userpool/userpooltest/example_test.go"} {
		examples += indent.ReplaceAllString(read(path), "")
	}
	snippets := strings.Split(read("README.md"), "```go\n")[1:]
	if len(snippets) < 5 {
		t.Fatalf("found only %d snippets", len(snippets))
	}
	for _, snippet := range snippets {
		snippet, _, _ = strings.Cut(snippet, "```")
		if !strings.Contains(examples, indent.ReplaceAllString(snippet, "")) {
			t.Errorf("in no example:\n%s", snippet)
		}
	}
}
