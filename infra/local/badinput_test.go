package main_test

import (
	"strings"
	"testing"
)

// Every error of the notes API, through all layers: its status, the sentence
// that names field and bound, and the stored note as it was before. What the
// gateway's validator says of a value names the bound alone, as the service's does.
func TestBadInputChangesNothing(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	token := *s.demo(t).AccessToken
	s.request(t, token, "POST", "/notes", `{"noteid":"kept","note":"as it was"}`).expect(t, 200, `{"message":"Note created"}`)
	before := s.request(t, token, "GET", "/notes", "")

	bytes257 := strings.Repeat("é", 128) + "x" // 129 characters: the model lets it pass, the function counts bytes
	tooLong := strings.Repeat("é", 153600) + "x"
	const idRule, textRule = "noteid, a string of 1 to 256 bytes", "note, a string of 1 to 307200 bytes"
	for _, tt := range []struct {
		rule, method, path, body string
		header                   []string
		status                   int
		says                     string
	}{
		{"not JSON", "POST", "/notes", `{`, nil, 400, "the body is not JSON"},
		{"not UTF-8", "POST", "/notes", "{\"noteid\":\"x\",\"note\":\"\xff\"}", nil, 400, "the body is not JSON"},
		{"noteid missing", "POST", "/notes", `{"note":"x"}`, nil, 400, idRule},
		{"noteid empty", "POST", "/notes", `{"noteid":"","note":"x"}`, nil, 400, idRule},
		{"noteid over 256 bytes", "POST", "/notes", `{"noteid":"` + bytes257 + `","note":"x"}`, nil, 400, "noteid must be 1 to 256 bytes of UTF-8"},
		{"noteid a number", "POST", "/notes", `{"noteid":1,"note":"x"}`, nil, 400, idRule},
		{"note empty", "POST", "/notes", `{"noteid":"kept","note":""}`, nil, 400, textRule},
		{"note over 300 KB, each letter a byte", "POST", "/notes", `{"noteid":"kept","note":"` + strings.Repeat("x", 307201) + `"}`, nil, 413, "note must be at most 307200 bytes of UTF-8"},
		{"note over 300 KB, each letter two", "POST", "/notes", `{"noteid":"kept","note":"` + tooLong + `"}`, nil, 413, "note must be at most 307200 bytes of UTF-8"},
		{"unknown member", "POST", "/notes", `{"noteid":"kept","note":"x","owner":"me"}`, nil, 400, `properties which are not allowed by the schema: [\"owner\"]`},
		{"member twice", "POST", "/notes", `{"noteid":"kept","note":"as it was","note":"x"}`, nil, 400, "The body must not hold a member twice"},
		{"noteid of two dots", "POST", "/notes", `{"noteid":"..","note":"x"}`, nil, 400, "noteid must not be . or .."},
		{"another content type", "POST", "/notes", `{"noteid":"kept","note":"x"}`, []string{"Content-Type", "text/plain"}, 415, "Content-Type must be application/json"},
		{"another text under an id in use", "POST", "/notes", `{"noteid":"kept","note":"x"}`, nil, 409, "There is a note with another text under this noteid"},
		{"limit zero", "GET", "/notes?limit=0", "", nil, 400, "limit must be a whole number from 1 to 100"},
		{"limit over 100", "GET", "/notes?limit=101", "", nil, 400, "limit must be a whole number from 1 to 100"},
		{"next of nobody", "GET", "/notes?next=junk!", "", nil, 400, "next must be what the page before gave as next"},
		{"no such note to read", "GET", "/notes/other", "", nil, 404, "There is no such note"},
		{"no such note to change", "PUT", "/notes/other", `{"note":"x"}`, nil, 404, "There is no such note"},
		{"no such note to delete", "DELETE", "/notes/other", "", nil, 404, "There is no such note"},
		{"stale If-Match", "PUT", "/notes/kept", `{"note":"x"}`, []string{"If-Match", `"2"`}, 412, "The note is gone or not at the version of If-Match"},
		{"unreadable If-Match", "PUT", "/notes/kept", `{"note":"x"}`, []string{"If-Match", `1`}, 400, "If-Match must be"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			got := s.request(t, token, tt.method, tt.path, tt.body, tt.header...)
			if got.Status != tt.status || !strings.HasPrefix(got.Body, `{"message":"`) || !strings.Contains(got.Body, tt.says) {
				t.Errorf("got %d %s, want %d with %q", got.Status, got.Body, tt.status, tt.says)
			}
			s.request(t, token, "GET", "/notes", "").expect(t, 200, before.Body)
		})
	}
}
