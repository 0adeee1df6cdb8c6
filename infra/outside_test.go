package infra_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// A module outside this one uses the library as an outsider does: it sees no
// internal package, and has in its go.mod nothing but this module. Its own tests
// pass. The modules come from the cache, whose sums are those of our go.sum.
func TestLibraryFromOutside(t *testing.T) {
	t.Parallel()
	here, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := txtar.ParseFile("outside.txtar")
	if err != nil {
		t.Fatal(err)
	}
	used := string(txtar.Format(archive))
	for _, path := range []string{"cognito", "cognito/cognitohttp", "cognito/cognitotest", "caller", "jwks", "gate", "policy"} {
		if !strings.Contains(used, `"github.com/notegate/notegate/pkg/`+path+`"`) {
			t.Errorf("outside.txtar does not use pkg/%s", path)
		}
	}
	archive.Files = append(archive.Files,
		txtar.File{Name: "go.mod", Data: []byte("module example.com/orders\n\ngo 1.26.0\n\nrequire github.com/notegate/notegate v0.0.0\n\nreplace github.com/notegate/notegate => " + here + "\n")},
		txtar.File{Name: "go.sum", Data: []byte(read(t, "go.sum"))})
	dir := t.TempDir()
	if err := txtar.Write(archive, dir); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"build", "./..."}, {"test", "-count=1", "./..."}} {
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOSUMDB=off", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}
