package bolt_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/bolt"
	"github.com/notegate/notegate/pkg/note/notetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	notetest.TestStore(t, func(t *testing.T) note.Store {
		return open(t, filepath.Join(t.TempDir(), "notes.db"))
	})
}

func TestCrowd(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "notes.db"))
	notetest.TestCrowd(t, s, 100_000, func(o note.Owner, notes []note.Note) error { return s.Fill(t.Context(), o, notes) })
}

// TestBirthless has a file of the time before notes had births.
func TestBirthless(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "notes.db")
	write(t, path, "ann", "1", `{"note":"milk","version":3,"createdAt":"2026-07-02T11:42:47.123Z","updatedAt":"2026-07-02T11:42:47.123Z"}`)
	notetest.TestBirthless(t, open(t, path), func(note.Owner, note.Note) error { return nil })
}

// TestFileIsPrivate sees that other users of the machine read no notes.
func TestFileIsPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "notes.db")
	open(t, path)
	file, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := file.Mode().Perm(), os.FileMode(0o600); got != want {
		t.Errorf("got mode %v, want %v", got, want)
	}
}

func TestOpenLocked(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "notes.db")
	open(t, path)
	_, err := bolt.Open(path)
	if err == nil {
		t.Fatal("opened twice")
	}
	if got, want := err.Error(), "bolt: open: "+path+" is in use by another process"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOpenNoDirectory(t *testing.T) {
	t.Parallel()
	if _, err := bolt.Open(filepath.Join(t.TempDir(), "missing", "notes.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want %v", err, os.ErrNotExist)
	}
}

func TestReopen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "notes.db")
	s := open(t, path)
	want, err := s.Create(t.Context(), ann(t), fresh())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := open(t, path).Get(t.Context(), ann(t), "1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after reopening (-want +got):\n%s", diff)
	}
}

// TestKilled kills a process right after its create was acknowledged. The
// process is this test binary once more, told so by its environment.
func TestKilled(t *testing.T) {
	const victim = "BOLT_TEST_VICTIM"
	if path := os.Getenv(victim); path != "" {
		if _, err := open(t, path).Create(t.Context(), ann(t), fresh()); err != nil {
			t.Fatal(err)
		}
		fmt.Println("acknowledged")
		select {}
	}
	t.Parallel()
	path := filepath.Join(t.TempDir(), "notes.db")
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), victim+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, readErr := bufio.NewReader(out).ReadString('\n')
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the process ended by itself")
	}
	if strings.TrimSpace(line) != "acknowledged" {
		t.Fatalf("got %q, %v, want acknowledged", line, readErr)
	}
	got, err := open(t, path).Get(t.Context(), ann(t), "1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fresh(), got); diff != "" {
		t.Errorf("after the kill (-want +got):\n%s", diff)
	}
}

func Example() {
	dir, err := os.MkdirTemp("", "notes")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	store, err := bolt.Open(filepath.Join(dir, "notes.db"))
	if err != nil {
		panic(err)
	}
	defer store.Close()

	notes := note.Service{Store: store}
	owner, err := note.ParseOwner("5f1c0a2e-user")
	if err != nil {
		panic(err)
	}
	n, err := notes.Create(context.Background(), owner, "shopping", "milk")
	fmt.Println(n.ID, n.Text, n.Version, err)
	// Output: shopping milk 1 <nil>
}

func open(t *testing.T, path string) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func ann(t *testing.T) note.Owner {
	t.Helper()
	o, err := note.ParseOwner("ann")
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func fresh() note.Note {
	at := time.Date(2026, 7, 2, 11, 42, 47, 123_000_000, time.UTC)
	return note.Note{ID: "1", Text: "milk", Birth: "first", Version: 1, CreatedAt: at, UpdatedAt: at}
}
