package noteapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/notetest"
	"github.com/notegate/notegate/pkg/noteapi"
)

func TestJourney(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.want(t, list(t), 200, `{"notes":[]}`)
	a.want(t, create(t, `{"noteid":"shopping","note":"milk"}`), 200, `{"message":"Note created"}`)
	a.want(t, create(t, `{"noteid":"shopping","note":"milk"}`), 200, `{"message":"Note created"}`)
	const milk = `{"noteid":"shopping","note":"milk","version":1,"createdAt":` + stamp + `,"updatedAt":` + stamp + `,"etag":"\"BIRTH.1\""}`
	first := a.want(t, get(t), 200, milk).Headers["ETag"]
	a.want(t, list(t), 200, `{"notes":[`+milk+`]}`)

	a.now = now.Add(1500 * time.Millisecond)
	second := a.want(t, update(t, `{"note":"say \"hi\" & </script> 🥛\n"}`).header("If-Match", first), 200, `{"message":"Note updated"}`).Headers["ETag"]
	got := a.want(t, get(t), 200, `{"noteid":"shopping","note":"say \"hi\" & </script> 🥛\n","version":2,"createdAt":`+stamp+`,"updatedAt":"2026-07-02T11:50:01.5Z","etag":"\"BIRTH.2\""}`)
	if got := got.Headers["ETag"]; got != second || got == first || births.ReplaceAllString(got, "BIRTH") != `"BIRTH.2"` {
		t.Errorf("got ETags %s, %s and %s", first, second, got)
	}
	a.want(t, remove(t), 200, `{"message":"Note deleted"}`)
	a.want(t, get(t), 404, `{"message":"There is no such note"}`)
	a.want(t, list(t), 200, `{"notes":[]}`)
}

// TestSavedState sees that the answer to a change says of the note what reading
// it again would, so that a client need not.
func TestSavedState(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for _, change := range []event{
		create(t, `{"noteid":"shopping","note":"milk"}`), create(t, `{"noteid":"shopping","note":"milk"}`), // the same again
		update(t, `{"note":"bread"}`), create(t, `{"noteid":"shopping","note":"bread"}`), // which is there at version 2
	} {
		a.now = a.now.Add(time.Second)
		var saved, read map[string]any
		if err := json.Unmarshal([]byte(a.send(t, change).Body), &saved); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(a.send(t, get(t)).Body), &read); err != nil {
			t.Fatal(err)
		}
		delete(saved, "message")
		delete(read, "noteid")
		delete(read, "note")
		if diff := cmp.Diff(read, saved); diff != "" || len(saved) != 4 {
			t.Errorf("the note's state (-read +answered):\n%s", diff)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	always := map[string]string{"Content-Type": "application/json", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
	cors := map[string]string{
		"Access-Control-Allow-Origin": "https://app.example.com", "Access-Control-Expose-Headers": "ETag, Retry-After", "Vary": "Origin",
	}
	for name, c := range map[string]struct {
		event event
		more  map[string]string
	}{
		"note":     {get(t), map[string]string{"ETag": `"1"`}},
		"list":     {list(t), nil},
		"no note":  {get(t).set("pathParameters.noteid", "x"), nil},
		"bad body": {create(t, "x"), nil},
		"nobody":   {get(t).set("requestContext.authorizer", nil), map[string]string{"WWW-Authenticate": "Bearer"}},
		"method":   {rest(t, "PATCH", "/notes", ""), map[string]string{"Allow": "GET, POST"}},
		"no path":  {rest(t, "GET", "/", ""), nil},
	} {
		for _, origin := range []string{"", "https://app.example.com"} {
			a := newApp(t, func(cfg *noteapi.Config) { cfg.AllowedOrigin = origin })
			a.seed(t)
			want := map[string]string{}
			for _, m := range []map[string]string{always, c.more, cors} {
				for k, v := range m {
					if _, isCORS := cors[k]; !isCORS || origin != "" {
						want[k] = v
					}
				}
			}
			if diff := cmp.Diff(want, a.send(t, c.event).Headers); diff != "" {
				t.Errorf("%s, origin %q: headers (-want +got):\n%s", name, origin, diff)
			}
		}
	}
}

// TestAnswerSize has a page of the worst text there is: each byte of it takes
// seven in the answer. Lambda lets through 6 MB.
func TestAnswerSize(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for i := range 60 {
		n := note.Note{ID: fmt.Sprint(i), Text: strings.Repeat("\x01", 20_000), Version: 1, CreatedAt: now, UpdatedAt: now}
		if _, err := a.store.Create(t.Context(), owner(t, sub), n); err != nil {
			t.Fatal(err)
		}
	}
	out, err := a.Invoke(t.Context(), list(t).query("limit", "100").json(t))
	if err != nil {
		t.Fatal(err)
	}
	if got, most := len(out), 6<<20; got > most || got < most/2 {
		t.Errorf("got an answer of %d bytes, want most of the %d allowed", got, most)
	}
	if !bytes.Contains(out, []byte(`\"next\":`)) {
		t.Error("got no next, though notes are left")
	}
}

// TestDeadline sees that the store is given up before Lambda gives us up.
func TestDeadline(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	deadline := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(t.Context(), deadline)
	defer cancel()
	if _, err := a.Invoke(ctx, list(t).json(t)); err != nil {
		t.Fatal(err)
	}
	if got, want := a.store.deadline, deadline.Add(-500*time.Millisecond); !got.Equal(want) {
		t.Errorf("got deadline %v, want %v", got, want)
	}
}

func TestNotAnEvent(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for name, event := range map[string]string{
		"nothing": "", "null": "null", "no object": `[]`, "another event": `{"Records":[{"body":"secret"}]}`,
		"mapped": `{"userid":"secret","noteid":"1","note":"x"}`, "member twice": `{"resource":"/notes","httpMethod":"GET","httpMethod":"secret"}`,
		"no method":    `{"resource":"/notes","requestContext":{"authorizer":{"principalId":"secret"}}}`,
		"no resource":  `{"httpMethod":"GET","requestContext":{"authorizer":{"principalId":"secret"}}}`,
		"no route key": `{"version":"2.0","secret":1}`,
	} {
		out, err := a.Invoke(t.Context(), []byte(event))
		if err == nil {
			t.Errorf("%s: got %s, want an error", name, out)
			continue
		}
		if got, want := err.Error(), "noteapi: event: not a proxy event of API Gateway"; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	b := bytes.Replace(create(t, `{"noteid":"1","note":"#"}`).json(t), []byte("#"), []byte("\xff"), 1)
	out, err := a.Invoke(t.Context(), b)
	if err != nil || !bytes.Contains(out, []byte(`"statusCode":400`)) || !bytes.Contains(out, []byte("The request must be UTF-8")) {
		t.Errorf("not UTF-8: got %s and %v, want 400", out, err)
	}
	if a.store.calls != 0 {
		t.Errorf("got %d calls of the store, want none", a.store.calls)
	}
}

func TestNoStore(t *testing.T) {
	t.Parallel()
	if _, err := noteapi.New(noteapi.Config{}); err == nil || err.Error() != "noteapi: no store" {
		t.Errorf("got %v, want no store", err)
	}
}

func ExampleHandler() {
	handler, err := noteapi.New(noteapi.Config{
		Store:  &notetest.Memory{},
		Logger: discard,
		Now:    func() time.Time { return time.Unix(1782993000, 0) },
	})
	if err != nil {
		panic(err)
	}
	out, err := handler.Invoke(context.Background(), []byte(`{
		"resource": "/notes", "httpMethod": "POST",
		"body": "{\"noteid\":\"shopping\",\"note\":\"milk\"}",
		"requestContext": {"authorizer": {"principalId": "5f1c0a2e-user", "exp": "1782996167"}}
	}`))
	if err != nil {
		panic(err)
	}
	var response struct{ Body string }
	if err := json.Unmarshal(out, &response); err != nil {
		panic(err)
	}
	fmt.Println(births.ReplaceAllString(response.Body, "BIRTH"))
	// Output: {"message":"Note created","version":1,"createdAt":"2026-07-02T11:50:00Z","updatedAt":"2026-07-02T11:50:00Z","etag":"\"BIRTH.1\""}
}
