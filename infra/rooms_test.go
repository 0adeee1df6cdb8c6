package infra_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// README.md lists every folder of infra, and none that is not there.
func TestReadmeListsTheRooms(t *testing.T) {
	var listed, there []string
	for _, match := range regexp.MustCompile(`(?m)^\| \[([a-z]+)\]\(([a-z]+)\) \| .`).FindAllStringSubmatch(read(t, "infra/README.md"), -1) {
		if match[1] != match[2] {
			t.Errorf("%s links to %s", match[1], match[2])
		}
		listed = append(listed, match[2])
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.IsDir() {
			there = append(there, entry.Name())
		}
	}
	slices.Sort(there)
	if diff := cmp.Diff(there, listed); diff != "" {
		t.Errorf("folders (-) and rows of README.md (+):\n%s", diff)
	}
}
