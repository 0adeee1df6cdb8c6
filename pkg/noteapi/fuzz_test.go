package noteapi_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
)

// FuzzEvent sees that no event panics, that every answer is one that API
// Gateway takes, and that the store is called for nobody but whom the request
// context names, which no client writes.
func FuzzEvent(f *testing.F) {
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
		if a.store.calls == 0 {
			return
		}
		var in map[string]any
		if err := jsonv2.Unmarshal(b, &in); err != nil {
			t.Fatal(err)
		}
		for _, said := range texts(in["requestContext"]) {
			if said == a.store.owner.String() || strings.HasSuffix(said, ":"+a.store.owner.String()) {
				return
			}
		}
		t.Errorf("the store was called for %q, of whom the gateway said nothing: %s", a.store.owner, b)
	})
}

// texts returns every string in a JSON value.
func texts(v any) (all []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, each := range v {
			all = append(all, texts(each)...)
		}
	case map[string]any:
		for _, each := range v {
			all = append(all, texts(each)...)
		}
	}
	return all
}

// FuzzBody sees that a body is either refused, or stored as it says.
func FuzzBody(f *testing.F) {
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
		if err := jsonv2.Unmarshal([]byte(strings.TrimPrefix(body, "\ufeff")), &want); err != nil || len(want) != 2 {
			t.Fatalf("accepted %q, which is %v and %v", body, want, err)
		}
		if len(stored) != 1 || stored[0].ID != want["noteid"] || stored[0].Text != want["note"] {
			t.Errorf("got %v stored for %q", stored, body)
		}
	})
}
