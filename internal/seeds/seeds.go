// Package seeds counts the committed seeds of fuzz targets. A target without
// any would run on nothing, and pass.
package seeds

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Check fails the test unless each target has at least so many seeds in the
// package's testdata/fuzz, all of them well-formed, and no other target any.
func Check(t *testing.T, atLeast map[string]int) {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join("testdata", "fuzz", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range folders {
		folders[i] = filepath.Base(folders[i])
	}
	if got, want := folders, slices.Sorted(maps.Keys(atLeast)); !slices.Equal(got, want) {
		t.Errorf("got seeds of %q, want %q", got, want)
	}
	for target, want := range atLeast {
		files, err := filepath.Glob(filepath.Join("testdata", "fuzz", target, "*"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) < want {
			t.Errorf("%s: got %d seeds, want at least %d", target, len(files), want)
		}
		for _, file := range files {
			if text, err := os.ReadFile(file); err != nil || !bytes.HasPrefix(text, []byte("go test fuzz v1\n")) {
				t.Errorf("%s is not a seed: %v", file, err)
			}
		}
	}
}
