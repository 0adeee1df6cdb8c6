package infra_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// saysWhatFails is in the comment of what returns an error.
var saysWhatFails = regexp.MustCompile(`(?i)error|refus|fail|panic|Err[A-Z]`)

// Every exported name that others may import has a comment, and what returns an
// error says which.
func TestExportedNamesHaveContracts(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, folder := range importable(t) {
		fileSet := token.NewFileSet()
		paths, err := filepath.Glob(folder + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		var files []*ast.File
		for _, path := range paths {
			file, err := parser.ParseFile(fileSet, path, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(path, "_test.go") {
				files = append(files, file)
			}
		}
		if len(files) == 0 {
			continue
		}
		p, err := doc.NewFromFiles(fileSet, files, folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range missing(p) {
			t.Errorf("%s: %s", folder, problem)
		}
		checked++
	}
	if checked < 10 {
		t.Errorf("checked %d packages", checked)
	}
	good := `package p
		// T is a type.
		type T int
		// F fails for nothing.
		func F() error { return nil }`
	for text, want := range map[string]int{good: 0, strings.Replace(good, "// T is a type.", "", 1): 1, strings.Replace(good, "fails", "is", 1): 1, strings.Replace(good, "// F fails for nothing.", "", 1): 1} {
		fileSet := token.NewFileSet()
		file, err := parser.ParseFile(fileSet, "p.go", text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		p, err := doc.NewFromFiles(fileSet, []*ast.File{file}, "p")
		if got := missing(p); err != nil || len(got) != want {
			t.Errorf("%s: got %q, %v, want %d of them", text, got, err, want)
		}
	}
}

// importable returns the folders of the library, and the user pool's.
func importable(t *testing.T) (folders []string) {
	t.Helper()
	err := filepath.WalkDir("../pkg", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{"internal", "testdata"}, entry.Name()):
			return fs.SkipDir
		case entry.IsDir():
			folders = append(folders, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return append(folders, "local/userpool")
}

// missing returns what exported names of the package lack.
func missing(p *doc.Package) (all []string) {
	functions := p.Funcs
	for _, typ := range p.Types {
		if typ.Doc == "" {
			all = append(all, typ.Name+" has no comment")
		}
		functions = slices.Concat(functions, typ.Funcs, typ.Methods)
	}
	for _, f := range functions {
		name := strings.TrimPrefix(f.Recv+"."+f.Name, ".")
		switch {
		case f.Doc == "":
			all = append(all, name+" has no comment")
		case returnsError(f.Decl.Type) && !saysWhatFails.MatchString(f.Doc):
			all = append(all, name+" does not say what it refuses")
		}
	}
	return all
}

func returnsError(f *ast.FuncType) bool {
	return f.Results != nil && slices.ContainsFunc(f.Results.List, func(result *ast.Field) bool {
		name, ok := result.Type.(*ast.Ident)
		return ok && name.Name == "error"
	})
}
