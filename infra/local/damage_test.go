package main_test

import (
	"bytes"
	"context"
	endian "encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A damaged file keeps the command from starting, by one line that names it and
// what to do, and nothing is written to it; or it harms nothing: everything can be
// read, written and started again. Package boltfile tries many more damages.
func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	folder := dataFolder(t)
	for _, file := range []string{"notes.db", "pool.db"} {
		whole, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		for name, damaged := range damages(t, folder, file, whole) {
			t.Run(file+"/"+name, func(t *testing.T) {
				copied := t.TempDir()
				if err := os.CopyFS(copied, os.DirFS(folder)); err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(copied, file)
				if err := os.WriteFile(path, damaged, 0o600); err != nil {
					t.Fatal(err)
				}
				wantWholeOrRefused(t, copied, path, damaged)
			})
		}
	}
}

// dataFolder is what a stopped system leaves, with a few notes and users.
func dataFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	s := start(t, folder)
	s.signUp(t, "ann@example.com", "Passw0rd!ann")
	token := *s.demo(t).AccessToken
	for i := range 60 {
		s.request(t, token, "POST", "/notes", fmt.Sprintf(`{"noteid":"note %02d","note":"%s"}`, i, strings.Repeat("milk ", 1+i*i))).contains(t, 200, "created")
	}
	for i := range 20 {
		s.request(t, token, "DELETE", fmt.Sprintf("/notes/note%%20%02d", 3*i), "").contains(t, 200, "deleted")
	}
	if err := s.end(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	return folder
}

// damages are versions of the file, with one thing wrong in each.
func damages(t *testing.T, folder, file string, whole []byte) map[string][]byte {
	t.Helper()
	other, err := os.ReadFile(filepath.Join(folder, map[string]string{"notes.db": "pool.db", "pool.db": "notes.db"}[file]))
	if err != nil {
		t.Fatal(err)
	}
	page := os.Getpagesize()
	all := map[string][]byte{
		"a text": []byte("Dear diary,\n"), "zeros": make([]byte, len(whole)), "empty": nil, "cut off": whole[:3*page], "the other file": other,
	}
	change := func(name string, at int, by ...byte) {
		all[name] = bytes.Clone(whole)
		copy(all[name][at:], by)
	}
	random := rand.New(rand.NewPCG(13, uint64(len(file))))
	for at := 2 * page; at+page <= len(whole); at += page {
		if whole[at+8] == 0x10 { // a list of free pages, the latest of which is in use
			change("free pages without end", at+10, 0xff, 0xff)
		}
	}
	change("meta page", 16+40, byte(random.Uint32()))
	change("second meta page", page+16+40, byte(random.Uint32()))
	inUse := int(endian.NativeEndian.Uint64(whole[16+40:]))
	for i := range 6 {
		used := 2 + random.IntN(inUse-2)
		change(fmt.Sprintf("header of page %d, %d", used, i), used*page+random.IntN(16), byte(random.Uint32()))
		change(fmt.Sprintf("entries of page %d, %d", used, i), used*page+16+random.IntN(200), byte(random.Uint32()))
		change(fmt.Sprintf("page %d, %d", used, i), used*page, make([]byte, page)...)
	}
	return all
}

var refusal = regexp.MustCompile(`^notegate: (bolt: open|userpool: open state): (\S+) is damaged, or another program's \([^\n]+\): put a copy in its place, or move it away to begin with nothing\n$`)

// wantWholeOrRefused starts the command on the folder.
func wantWholeOrRefused(t *testing.T, folder, path string, damaged []byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := command(folder)
	limited := exec.CommandContext(ctx, cmd.Path)
	limited.Env = cmd.Env
	s, started := tryStart(t, limited)
	const most = 1 << 20 // KiB, with the race detector
	defer func() {
		s.kill()
		if usage, ok := s.cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && usage.Maxrss > most {
			t.Errorf("it took %d MiB", usage.Maxrss>>10)
		}
	}()
	if !started {
		err := s.cmd.Wait()
		said := refusal.FindStringSubmatch(s.log.String())
		if err == nil || s.cmd.ProcessState.ExitCode() != 1 || said == nil || said[2] != path {
			t.Errorf("it ended with %v and said %q, want exit code 1 and one line about %s", err, s.log.String(), path)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(damaged, after) {
			t.Errorf("the file has changed (%v)", err)
		}
		return
	}
	token := *s.demo(t).AccessToken
	for _, id := range allIDs(t, s, token) {
		s.request(t, token, "GET", "/notes/"+strings.ReplaceAll(id, " ", "%20"), "").contains(t, 200, `"noteid":`)
	}
	for i := range 30 {
		body, err := json.Marshal(map[string]string{"noteid": fmt.Sprintf("another %d", i), "note": strings.Repeat("x", 500*i+1)})
		if err != nil {
			t.Fatal(err)
		}
		s.request(t, token, "POST", "/notes", string(body)).expect(t, http.StatusOK, `{"message":"Note created"}`)
	}
	if got := len(allIDs(t, s, token)); len(damaged) > 0 && got != 70 && filepath.Base(path) == "notes.db" {
		t.Errorf("got %d notes, want the 40 from before and 30 others", got)
	}
	s.signUp(t, "bob@example.com", "Passw0rd!bob")
	if err := s.end(os.Interrupt); err != nil {
		t.Error(err)
	}
}

// The pool's file is lost, with its keys and users: the demo user, whom every
// pool has, finds the notes again.
func TestLostPoolFile(t *testing.T) {
	t.Parallel()
	folder := dataFolder(t)
	if err := os.Remove(filepath.Join(folder, "pool.db")); err != nil {
		t.Fatal(err)
	}
	s := start(t, folder)
	if got := len(allIDs(t, s, *s.demo(t).AccessToken)); got != 40 {
		t.Errorf("got %d notes, want the 40 from before", got)
	}
}
