package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A small module with one check, and patches with each fate there is.
var module = map[string]string{
	"go.mod":         "module example.com/door\n\ngo 1.26\n",
	"door.go":        "package door\n\nfunc Opens(age int) bool {\n\tif age < 18 {\n\t\treturn false\n\t}\n\treturn age < 100\n}\n",
	"door_test.go":   "package door\n\nimport \"testing\"\n\nfunc TestYoung(t *testing.T) {\n\tif Opens(17) {\n\t\tt.Error(\"opens\")\n\t}\n}\n",
	"kept.patch":     patch("\tif age < 18 {", "\tif age < 0 {"),
	"missed.patch":   patch("\tif age < 18 {", "\tif age < 18 && age != 16 {"),
	"unbuilt.patch":  patch("\tif age < 18 {", "\tif young {"),
	"stale.patch":    patch("\tif age < 21 {", "\tif age < 0 {"),
	"panicked.patch": patch("\tif age < 18 {", "\tif age/(age-17) < 1 {"),
}

func patch(from, to string) string {
	return "# go test .\n--- a/door.go\n+++ b/door.go\n@@ -3,3 +3,3 @@\n func Opens(age int) bool {\n-" + from + "\n+" + to + "\n \t\treturn false\n"
}

func TestRun(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		patterns []string
		change   map[string]string
		lines    []string // sorted, without the summary's time
		err      string
	}{
		"a killed mutant": {[]string{"kept"}, nil, []string{"1 mutants: 1 killed, 0 survived, 0 broken", "killed   kept: TestYoung"}, ""},
		"a panic kills":   {[]string{"pan*"}, nil, []string{"1 mutants: 1 killed, 0 survived, 0 broken", "killed   panicked: TestYoung"}, ""},
		"every fate": {nil, nil, []string{
			"5 mutants: 2 killed, 1 survived, 2 broken",
			"BROKEN   stale: does not apply: error: patch failed: door.go:3; error: door.go: patch does not apply",
			"BROKEN   unbuilt: does not build: ./door.go:4:5: undefined: young",
			"SURVIVED missed: go test . passes",
			"killed   kept: TestYoung",
			"killed   panicked: TestYoung",
		}, "3 of 5 mutants were not killed by a test"},
		"another test alone": {[]string{"kept"}, map[string]string{"kept.patch": strings.Replace(module["kept.patch"], " .", " -run=Old .", 1)},
			[]string{"1 mutants: 0 killed, 1 survived, 0 broken", "SURVIVED kept: go test . passes"}, "1 of 1 mutants were not killed by a test"},
		"no packages":     {[]string{"kept"}, map[string]string{"kept.patch": "# go test -run=Young\n--- a/door.go\n"}, nil, `want "# go test" and packages in the first line`},
		"no such mutant":  {[]string{"nobody"}, nil, nil, "matches [\"nobody\"]"},
		"no command":      {[]string{"kept"}, map[string]string{"kept.patch": "--- a/door.go\n"}, nil, `want "# go test" and packages in the first line`},
		"no diff":         {[]string{"kept"}, map[string]string{"kept.patch": "# go test .\n"}, nil, "want a diff that changes a file"},
		"tests red":       {[]string{"kept"}, map[string]string{"door.go": "package door\n\nfunc Opens(int) bool { return true }\n"}, nil, "the tests fail without any mutant: TestYoung"},
		"tests not built": {[]string{"kept"}, map[string]string{"door.go": "package door\n"}, nil, "the tests fail without any mutant: ./door_test.go:6:5: undefined: Opens"},
		"no tests": {[]string{"kept"}, map[string]string{"door_test.go": "package door\n\nimport \"os\"\n\nfunc init() { os.Exit(1) }\n"}, nil,
			"the tests fail without any mutant: go test fails, but no test does"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			write(t, root, module)
			write(t, root, c.change)
			var out bytes.Buffer
			err := run(t.Context(), &out, root, c.patterns)
			if got := errorText(err); got != c.err && !(c.err != "" && strings.HasSuffix(got, c.err)) {
				t.Errorf("got error %q, want %q", got, c.err)
			}
			if diff := cmp.Diff(c.lines, lines(out.String())); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
			text, err := os.ReadFile(filepath.Join(root, "door.go"))
			if want := map[bool]string{true: c.change["door.go"], false: module["door.go"]}[c.change["door.go"] != ""]; err != nil || string(text) != want {
				t.Errorf("the working tree has changed: %s, %v", text, err)
			}
		})
	}
}

// A patch that code has grown away from is found here, long before the mutants
// are run again.
func TestEveryPatchApplies(t *testing.T) {
	t.Parallel()
	all, err := load("../..", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(all), 440; got < want {
		t.Errorf("got %d mutants, want at least %d", got, want)
	}
	for _, name := range []string{ // what nobody may take away unnoticed
		"cognito-alg", "cognito-kid-length", "cognito-iss", "cognito-token-use", "cognito-client", "cognito-exp", "cognito-nbf", "cognito-signature",
		"cognito-size", "jwks-use", "jwks-size", "jwks-redirect", "jwks-empty-set", "jwks-cool-down", "jwks-backoff", "iam-deny-precedence",
		"noteapi-no-caller", "noteapi-two-callers", "noteapi-partition-key", "dynamo-partition-key", "bolt-owner-bucket",
	} {
		if !slices.ContainsFunc(all, func(m mutant) bool { return m.name == name }) {
			t.Errorf("no mutant %s", name)
		}
	}
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			if _, err := m.apply("../..", t.TempDir()); err != nil {
				t.Error(err)
			}
		})
	}
}

func write(t *testing.T, root string, files map[string]string) {
	t.Helper()
	folder := filepath.Join(root, "infra", "mutants")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(root, name)
		if strings.HasSuffix(name, ".patch") {
			path = filepath.Join(folder, name)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// copied is the path of a mutant's file.
var copied = regexp.MustCompile(`/\S+/door\.go`)

// lines are what is said about each mutant, sorted.
func lines(out string) []string {
	var all []string
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		if count, fates, ok := strings.Cut(line, " mutants in "); ok {
			_, fates, _ = strings.Cut(fates, ": ")
			line = count + " mutants: " + fates
		}
		all = append(all, copied.ReplaceAllString(line, "./door.go"))
	}
	slices.Sort(all)
	return all
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
