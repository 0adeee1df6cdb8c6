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

// The code that the README shows is compiled and tested, line by line.
func TestSnippetIsTested(t *testing.T) {
	_, rest, found := strings.Cut(read(t, "README.md"), "```go\n")
	snippet, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("the README shows no Go code")
	}
	tested := strings.ReplaceAll(read(t, "pkg/cognito/cognitohttp/readme_test.go"), "\n\t", "\n")
	if !strings.Contains(tested, snippet) {
		t.Errorf("not in pkg/cognito/cognitohttp/readme_test.go:\n%s", snippet)
	}
}

// The README can be read in one go.
func TestReadmeIsShort(t *testing.T) {
	text := read(t, "README.md")
	if words := len(strings.Fields(text)); words > 1200 {
		t.Errorf("got %d words, want at most 1,200", words)
	}
	if lines := strings.Count(text, "\n"); lines > 160 {
		t.Errorf("got %d lines, want at most 160", lines)
	}
}

// Every variable that the code reads is in the table of a README.
func TestEveryVariableIsDocumented(t *testing.T) {
	var all strings.Builder
	for _, path := range readmes(t) {
		all.WriteString(read(t, path))
	}
	readme := all.String()
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
			t.Errorf("%s is in no README", name)
		}
	}
}

// Every target that a README has people type exists.
func TestEveryTargetExists(t *testing.T) {
	makefile := read(t, "Makefile")
	for _, path := range readmes(t) {
		for _, match := range regexp.MustCompile("(?:`|\\$ |\\n)make ([a-z/-]+)").FindAllStringSubmatch(read(t, path), -1) {
			if !regexp.MustCompile(`(?m)^` + match[1] + `:`).MatchString(makefile) {
				t.Errorf("%s says make %s, which the Makefile does not have", path, match[1])
			}
		}
	}
}

// Every link leads to a file that is there, and to a heading in it.
func TestNoDeadLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	count := 0
	for _, path := range readmes(t) {
		for _, match := range link.FindAllStringSubmatch(read(t, path), -1) {
			target, anchor, _ := strings.Cut(match[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			count++
			file := path
			if target != "" {
				file = filepath.Join(filepath.Dir(path), target)
			}
			info, err := os.Stat(filepath.Join(root, file))
			if err != nil {
				t.Errorf("%s links to %s, which is not there", path, match[1])
				continue
			}
			if anchor != "" && (info.IsDir() || !anchors(read(t, file))[anchor]) {
				t.Errorf("%s links to %s: there is no such heading", path, match[1])
			}
		}
	}
	if count < 20 {
		t.Errorf("found only %d links: are they written in another way now?", count)
	}
}

// anchors are the names that a page's headings have in links.
func anchors(text string) map[string]bool {
	found := map[string]bool{}
	for _, match := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(text, -1) {
		name := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(match[1]), "")
		found[strings.ReplaceAll(name, " ", "-")] = true
	}
	return found
}

// readmes are the paths of all README files.
func readmes(t *testing.T) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == ".git" || entry.Name() == "dist"):
			return fs.SkipDir
		case entry.Name() == "README.md":
			rel, err := filepath.Rel(root, path)
			paths = append(paths, rel)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}
