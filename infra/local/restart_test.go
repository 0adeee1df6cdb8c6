package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

// Writers never pause while the system is stopped, cut off and started again:
// every note that one of them was told is kept is there.
func TestRestartUnderLoadLosesNoNote(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]os.Signal{"stopped": os.Interrupt, "terminated": syscall.SIGTERM, "cut off": os.Kill} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			var kept []string
			for round := range 2 {
				s := start(t, folder)
				kept = append(kept, writeUntil(t, s, end, fmt.Sprintf("round-%d", round))...)
			}
			s := start(t, folder)
			there := map[string]bool{}
			for _, id := range allIDs(t, s, *s.demo(t).AccessToken) {
				there[id] = true
			}
			for _, id := range kept {
				if !there[id] {
					t.Errorf("%s was acknowledged and is not there", id)
				}
			}
		})
	}
}

// The demo user is the same one in a new pool file, so the notes of before are
// still there.
func TestLostPoolFileLosesNoNote(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := start(t, folder)
	if !create(s, *s.demo(t).AccessToken, "kept") {
		t.Fatal("no note to keep")
	}
	s.kill()
	if err := os.Remove(filepath.Join(folder, "pool.db")); err != nil {
		t.Fatal(err)
	}
	s = start(t, folder)
	s.request(t, *s.demo(t).AccessToken, "GET", "/notes/kept", "").contains(t, 200, `"noteid":"kept"`)
}

// writeUntil creates notes over many connections, ends the system in their midst
// and returns the ids of those that were acknowledged.
func writeUntil(t *testing.T, s *system, end os.Signal, prefix string) []string {
	t.Helper()
	const writers, enough = 8, 40
	token := *s.demo(t).AccessToken
	kept := make(chan string)
	var working sync.WaitGroup
	for worker := range writers {
		working.Go(func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("%s-%d-%d", prefix, worker, i)
				if !create(s, token, id) {
					return
				}
				kept <- id
			}
		})
	}
	go func() {
		working.Wait()
		close(kept)
	}()
	var ids []string
	for id := range kept {
		ids = append(ids, id)
		if len(ids) == enough {
			if err := s.cmd.Process.Signal(end); err != nil {
				t.Error(err)
			}
		}
	}
	if err := s.cmd.Wait(); end != os.Kill && err != nil {
		t.Errorf("it did not stop cleanly: %v\n%s", err, s.log)
	}
	if len(ids) < enough {
		t.Fatalf("got %d notes, want %d before the end", len(ids), enough)
	}
	return ids
}

// create reports whether the note was acknowledged.
func create(s *system, token, id string) bool {
	got, err := s.send(context.Background(), token, "POST", "/notes", `{"noteid":"`+id+`","note":"x"}`)
	return err == nil && got.Status == http.StatusOK
}

// allIDs reads the list page by page.
func allIDs(t *testing.T, s *system, token string) (ids []string) {
	t.Helper()
	for query := "?limit=100"; ; {
		page := s.request(t, token, "GET", "/notes"+query, "")
		ids = append(ids, page.ids(t)...)
		var list struct{ Next string }
		if err := json.Unmarshal([]byte(page.Body), &list); err != nil {
			t.Fatal(err)
		}
		if list.Next == "" {
			return ids
		}
		query = "?limit=100&next=" + url.QueryEscape(list.Next)
	}
}
