package main

import (
	"strings"
	"testing"
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
