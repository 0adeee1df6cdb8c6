package infra_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What README.md says about adding things names files and tests that are there.
func TestHowToAddNamesWhatIsThere(t *testing.T) {
	_, section, found := strings.Cut(read(t, "infra/README.md"), "## How to add")
	names := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(section, -1)
	if !found || len(names) < 20 {
		t.Fatalf("found %d names", len(names))
	}
	for _, match := range names {
		name := match[1]
		switch {
		case strings.Contains(name, " "): // a command
		case strings.HasPrefix(name, "Test"):
			if exec.Command("grep", "-rqs", "--include=*_test.go", "func "+name+"(", root).Run() != nil {
				t.Errorf("there is no test %s", name)
			}
		default:
			if _, err := os.Stat(filepath.Join(root, name)); err != nil {
				t.Errorf("there is no %s", name)
			}
		}
	}
}
