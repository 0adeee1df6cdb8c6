package noteapi_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
)

// FuzzEvent sees that no event panics, that every answer is one that API
// Gateway takes, and that nothing is stored unless the event names its caller.
func FuzzEvent(f *testing.F) {
	seeds, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil || len(seeds) != 7 {
		f.Fatalf("got %d fixtures and %v, want 7", len(seeds), err)
	}
	for _, name := range seeds {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(create(f, `{"noteid":"1","note":"x"}`).json(f))
	f.Add(create(f, `{"noteid":"1","note":"x"}`).set("requestContext.authorizer", nil).json(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		a := newApp(t)
		out, err := a.Invoke(t.Context(), b)
		if err != nil {
			if out != nil || a.store.calls != 0 {
				t.Errorf("got %s and %d calls of the store beside %v", out, a.store.calls, err)
			}
			return
		}
		var got answer
		if err := json.Unmarshal(out, &got); err != nil || got.Status < 200 || got.Status > 499 || !json.Valid([]byte(got.Body)) {
			t.Errorf("got %s and %v", out, err)
		}
		var in struct {
			RequestContext struct {
				Authorizer map[string]any
				Identity   map[string]any
			}
		}
		json.Unmarshal(b, &in)
		if a.store.calls > 0 && len(in.RequestContext.Authorizer) == 0 && len(in.RequestContext.Identity) == 0 {
			t.Errorf("the store was called for nobody: %s", b)
		}
	})
}

// FuzzBody sees that a body is either refused, or stored as it says.
func FuzzBody(f *testing.F) {
	for _, body := range []string{
		`{"noteid":"1","note":"x"}`, `{"note":"x","noteid":"1"}`, `{"noteid":"1","note":"x","note":"y"}`, `{"noteid":"1","Note":"x"}`,
		`{"noteid":"\u0031","note":"\ud83e\udd5b"}`, `[]`, `null`, `{}`, ``, `{"noteid":"1","note":"x"}{}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if !utf8.ValidString(body) {
			t.Skip("encoding/json would change it")
		}
		a := newApp(t)
		got := a.send(t, create(t, body))
		stored := a.stored(t)
		if got.Status != 200 {
			if len(stored) != 0 || got.Status != 400 && got.Status != 413 {
				t.Errorf("got status %d and %d notes for %q", got.Status, len(stored), body)
			}
			return
		}
		var want map[string]string
		if err := jsonv2.Unmarshal([]byte(body), &want); err != nil || len(want) != 2 {
			t.Fatalf("accepted %q, which is %v and %v", body, want, err)
		}
		if len(stored) != 1 || stored[0].ID != want["noteid"] || stored[0].Text != want["note"] {
			t.Errorf("got %v stored for %q", stored, body)
		}
	})
}
