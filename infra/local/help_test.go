package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every variable that the command reads stands in its help.
func TestHelpNamesEveryVariable(t *testing.T) {
	t.Parallel()
	var read []string
	record := func(name string) string {
		read = append(read, name)
		return ""
	}
	if _, err := loadConfig(record); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, word := range strings.Fields(help(localVariables) + functionVariables) {
		listed[word] = true
	}
	if len(read) < 20 {
		t.Errorf("only %d variables were read: %q", len(read), read)
	}
	for _, name := range read {
		if !listed[name] {
			t.Errorf("%s is read and not in the help", name)
		}
	}
}

// Help and README list every door that runs here, and no other.
func TestEveryDoorIsNamed(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, row, _ := strings.Cut(string(text), "\n| `FRONT_DOOR` |")
	row, _, _ = strings.Cut(row, ", from the definitions")
	for place, listed := range map[string]string{"help": "rest-lambda, " + otherDoors(), "README": row} {
		var got []string
		for _, word := range strings.FieldsFunc(listed, func(r rune) bool { return strings.ContainsRune("`, |", r) }) {
			if strings.HasPrefix(word, "rest-") || strings.HasPrefix(word, "http-") {
				got = append(got, word)
			}
		}
		slices.Sort(got)
		want := slices.Sorted(slices.Values(localDoors()))
		if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
			t.Errorf("%s: want(-) got(+):\n%s", place, diff)
		}
	}
}
