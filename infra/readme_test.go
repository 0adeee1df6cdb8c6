// The README is held to the code.
package infra_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = ".."

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The code that the README shows is a tested example, line by line.
func TestSnippetIsTheExample(t *testing.T) {
	_, rest, found := strings.Cut(read(t, "README.md"), "```go\n")
	snippet, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("the README shows no Go code")
	}
	example := strings.ReplaceAll(read(t, "pkg/cognito/example_test.go"), "\n\t", "\n")
	if !strings.Contains(example, snippet) {
		t.Errorf("not in pkg/cognito/example_test.go:\n%s", snippet)
	}
}

// Every variable that the code reads is in the README's tables.
func TestEveryVariableIsDocumented(t *testing.T) {
	readme := read(t, "README.md")
	setting := regexp.MustCompile(`\b(?:\w\.(?:String|List|Bool|OneOf|Duration|Level)\(|names\(r, )"([A-Z][A-Z0-9_]+)"`)
	found := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && entry.Name() == "node_modules" {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			code, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, match := range setting.FindAllStringSubmatch(string(code), -1) {
				found[match[1]] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !found["CLIENT_IDS"] || !found["TABLE_NAME"] || !found["GATEWAY_ADDR"] {
		t.Fatalf("found only %v: are settings read in another way now?", found)
	}
	for name := range found {
		if !strings.Contains(readme, "`"+name) && !strings.Contains(readme, name+"=") {
			t.Errorf("%s is not in the README", name)
		}
	}
}

// Every target that the README has people type exists.
func TestEveryTargetExists(t *testing.T) {
	makefile := read(t, "Makefile")
	for _, match := range regexp.MustCompile("`make ([a-z]+)").FindAllStringSubmatch(read(t, "README.md"), -1) {
		if !regexp.MustCompile(`(?m)^` + match[1] + `:`).MatchString(makefile) {
			t.Errorf("the README says make %s, which the Makefile does not have", match[1])
		}
	}
}
