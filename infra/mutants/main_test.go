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

// A small module with two checks, of which its test knows one, and patches.
var module = map[string]string{
	"go.mod":         "module example.com/door\n\ngo 1.26\n",
	"door.go":        "package door\n\nfunc Opens(age int) bool {\n\tif age < 18 || age > 100 {\n\t\treturn false\n\t}\n\treturn true\n}\n",
	"door_test.go":   "package door\n\nimport \"testing\"\n\nfunc TestYoung(t *testing.T) {\n\tif Opens(17) {\n\t\tt.Error(\"opens\")\n\t}\n}\n",
	"kept.patch":     patch("age < 18 || age > 100", "age < 0"),
	"missed.patch":   patch("age < 18 || age > 100", "age < 18 && age != 16"),
	"panicked.patch": patch("age < 18 || age > 100", "age/(age-17) < 1"),
	"stale.patch":    patch("age < 21", "age < 0"),
	"unbuilt.patch":  patch("age < 18 || age > 100", "young"),
}

func patch(from, to string) string {
	return "# go test .\n--- a/door.go\n+++ b/door.go\n@@ -3,3 +3,3 @@\n func Opens(age int) bool {\n-\tif " + from + " {\n+\tif " + to + " {\n \t\treturn false\n"
}

const oldIsEquivalent = "door/door.go Opens never: age > 100 // nobody is so old\n"

var generated = []string{
	"SURVIVED door/door.go Opens bound: age < 18",
	"SURVIVED door/door.go Opens bound: age > 100",
	"SURVIVED door/door.go Opens never: age > 100",
	"killed   door/door.go Opens never: age < 18 || age > 100: TestYoung",
	"killed   door/door.go Opens never: age < 18: TestYoung",
}

func TestRun(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		patterns []string
		change   map[string]string
		lines    []string // sorted, without the summary's time
		err      string
	}{
		"a package": {[]string{"door"}, nil, append([]string{"5 mutants: 2 killed, 3 survived, 0 broken"}, generated...), "3 of 5 mutants were not killed by a test"},
		"a file":    {[]string{"door/d*"}, nil, append([]string{"5 mutants: 2 killed, 3 survived, 0 broken"}, generated...), "3 of 5 mutants were not killed by a test"},
		"a test that comes by none": {[]string{"door"}, map[string]string{"other_test.go": "package door\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestA(t *testing.T) {\n\tif os.Getenv(\"NOTEGATE_MUTANT\") != \"\" {\n\t\tt.Error()\n\t}\n}\n"},
			append([]string{"5 mutants: 2 killed, 3 survived, 0 broken"}, generated...), "3 of 5 mutants were not killed by a test"},
		"a patch": {[]string{"kept"}, nil, []string{"1 mutants: 1 killed, 0 survived, 0 broken", "killed   kept: TestYoung"}, ""},
		"a panic": {[]string{"pan*"}, nil, []string{"1 mutants: 1 killed, 0 survived, 0 broken", "killed   panicked: TestYoung"}, ""},
		"every fate": {nil, nil, append([]string{
			"10 mutants: 4 killed, 4 survived, 2 broken",
			`BROKEN   stale: does not apply: door.go has the old lines 0 times: "\nfunc Opens(age int) bool {\n\tif age < 21 {\n\t\treturn false\n"`,
			"BROKEN   unbuilt: does not build: ./door.go:4:5: undefined: young",
			"SURVIVED missed", "killed   kept: TestYoung", "killed   panicked: TestYoung",
		}, generated...), "6 of 10 mutants were not killed by a test"},
		"another test alone": {[]string{"kept"}, map[string]string{"kept.patch": strings.Replace(module["kept.patch"], " .", " -run=Old .", 1)},
			[]string{"1 mutants: 0 killed, 1 survived, 0 broken", "SURVIVED kept"}, "1 of 1 mutants were not killed by a test"},
		"an exit": {[]string{"kept"}, map[string]string{"kept.patch": patch("age < 18 || age > 100", "os.Exit(3); false"), "door.go": strings.Replace(module["door.go"], "\n\nfunc", "\n\nimport \"os\"\n\nvar _ = os.Exit\n\nfunc", 1)},
			[]string{"1 mutants: 1 killed, 0 survived, 0 broken", "killed   kept: no test fails, but: exit status 3"}, ""},
		"an equivalent": {[]string{"door"}, map[string]string{"equivalent.txt": "# a comment\n\n" + oldIsEquivalent},
			append([]string{"4 mutants: 2 killed, 2 survived, 0 broken"}, slices.DeleteFunc(slices.Clone(generated), func(line string) bool { return strings.HasSuffix(line, "never: age > 100") })...), "2 of 4 mutants were not killed by a test"},
		"an equivalent of no mutant": {nil, map[string]string{"equivalent.txt": strings.Replace(oldIsEquivalent, "100", "99", 1)}, nil, `no mutant is named ["door/door.go Opens never: age > 99"]`},
		"an equivalent twice":        {nil, map[string]string{"equivalent.txt": oldIsEquivalent + oldIsEquivalent}, nil, "and a reason, each mutant once"},
		"an equivalent, no reason":   {nil, map[string]string{"equivalent.txt": strings.Replace(oldIsEquivalent, " // ", " ", 1)}, nil, "and a reason, each mutant once"},
		"no packages":                {nil, map[string]string{"kept.patch": "# go test -run=Young\n--- a/door.go\n"}, nil, `want "# go test" and packages in the first line`},
		"no such mutant":             {[]string{"door", "nobody"}, nil, nil, `no mutant matches ["nobody"]`},
		"no command":                 {nil, map[string]string{"kept.patch": "--- a/door.go\n"}, nil, `want "# go test" and packages in the first line`},
		"no diff":                    {nil, map[string]string{"kept.patch": "# go test .\n"}, nil, "want a diff that changes a file"},
		"no hunk":                    {nil, map[string]string{"kept.patch": "# go test .\n--- a/door.go\n-\tif age < 18 {\n"}, nil, "want @@ before the lines of a change"},
		"lines that stand twice": {[]string{"kept"}, map[string]string{"kept.patch": "# go test .\n--- a/door.go\n@@ @@\n-// a\n", "door.go": module["door.go"] + "// a\n\n// a\n"},
			[]string{"1 mutants: 0 killed, 0 survived, 1 broken", `BROKEN   kept: does not apply: door.go has the old lines 2 times: "\n// a\n"`}, "1 of 1 mutants were not killed by a test"},
		"tests red":       {[]string{"door"}, map[string]string{"door.go": strings.Replace(module["door.go"], "18", "17", 1)}, nil, "the tests of example.com/door fail without any mutant: TestYoung"},
		"tests not built": {[]string{"door"}, map[string]string{"door_test.go": "package door\n\nvar _ = Closes\n"}, nil, "does not build: ./door_test.go:3:9: undefined: Closes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			write(t, root, module)
			write(t, root, c.change)
			before := read(t, root)
			var out bytes.Buffer
			err := run(t.Context(), &out, project{root: root, checked: []string{"."}}, c.patterns)
			if got := errorText(err); got != c.err && !(c.err != "" && strings.HasSuffix(got, c.err)) {
				t.Errorf("got error %q, want %q", got, c.err)
			}
			slices.Sort(c.lines)
			if diff := cmp.Diff(c.lines, lines(out.String())); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, read(t, root)); diff != "" {
				t.Errorf("the working tree has changed (-before +after):\n%s", diff)
			}
		})
	}
}

// An endless loop ends, and is noticed.
func TestTimeLimit(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, root, module)
	write(t, root, map[string]string{"door.go": strings.Replace(module["door.go"], "\tif", "\tfor age < 18 {\n\t}\n\tif", 1)})
	p := project{root: root}
	suites, err := p.build(t.Context(), t.TempDir(), overlay{}, []string{"."})
	if err != nil || len(suites) != 1 {
		t.Fatal(suites, err)
	}
	red, err := suites[0].test(t.Context(), "", "", 1)
	if want := "panic: test timed out after 1ns"; red != want || err != nil {
		t.Errorf("got %q, %v, want %q", red, err, want)
	}
}

// A patch that code has grown away from is found here, long before the mutants
// are run again, and so is an entry of equivalent.txt.
func TestEveryMutantIsMade(t *testing.T) {
	t.Parallel()
	p := notegate
	p.root = "../.."
	all, _, err := p.load(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	patches := slices.DeleteFunc(slices.Clone(all), func(m mutant) bool { return m.changes == nil })
	if got, want := len(all)-len(patches), 1000; got < want {
		t.Errorf("got %d generated mutants, want at least %d", got, want)
	}
	if got, want := len(patches), 180; got > want {
		t.Errorf("got %d patches, want at most %d", got, want)
	}
	for _, m := range patches {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			if _, err := p.apply(m, t.TempDir()); err != nil {
				t.Error(err)
			}
		})
	}
}

func write(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if ext := filepath.Ext(name); ext == ".patch" || ext == ".txt" {
			name = filepath.Join("infra", "mutants", name)
		}
		if err := writeFile(filepath.Join(root, name), text); err != nil {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	if err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			var text []byte
			text, err = os.ReadFile(path)
			files[path] = string(text)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return files
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
