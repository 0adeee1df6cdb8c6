package noteapi_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/noteapi"
)

var errSome = errors.New("table arn:x: no permission")

func mapped(cfg *noteapi.Config) { cfg.MappedEvents = true }

func TestMapped(t *testing.T) {
	t.Parallel()
	a := newApp(t, mapped)
	for range 2 { // a client may try again
		out, err := a.Invoke(t.Context(), fixture(t, "mapped").json(t))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := string(out), `{"message":"Note created"}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	want := []note.Note{{ID: "shopping", Text: "milk", Version: 1, CreatedAt: now, UpdatedAt: now}}
	got := a.stored(t)
	if len(got) == 1 && births.MatchString(got[0].Birth) {
		want[0].Birth = got[0].Birth
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
}

func TestMappedRefused(t *testing.T) {
	t.Parallel()
	const user = `{"userid":"` + sub + `",`
	for name, c := range map[string]struct {
		event string
		store error
		want  string
	}{
		"no userid":            {`{"noteid":"1","note":"x"}`, nil, "Unauthorized: Unauthorized"},
		"userid empty":         {`{"userid":"","noteid":"1","note":"x"}`, nil, "Unauthorized: Unauthorized"},
		"userid blank":         {`{"userid":" ","noteid":"1","note":"x"}`, nil, "Unauthorized: Unauthorized"},
		"userid of 2 KB":       {`{"userid":"` + strings.Repeat("a", 2048) + `","noteid":"1","note":"x"}`, nil, "Unauthorized: Unauthorized"},
		"userid a number":      {`{"userid":1,"noteid":"1","note":"x"}`, nil, "BadRequest: The body must be a JSON object in UTF-8 with noteid and note"},
		"a second userid":      {user + `"noteid":"1","note":"x","userid":"another"}`, nil, "BadRequest: The body must not hold a member twice"},
		"userid in capitals":   {user + `"noteid":"1","note":"x","USERID":"another"}`, nil, "BadRequest: The body may hold noteid and note and nothing else"},
		"an operation":         {user + `"noteid":"1","note":"x","operation":"delete"}`, nil, "BadRequest: The body may hold noteid and note and nothing else"},
		"broken by a quote":    {user + `"noteid":"1","note":"say "hi""}`, nil, "BadRequest: The body must be a JSON object in UTF-8 with noteid and note"},
		"no note":              {user + `"noteid":"1"}`, nil, "BadRequest: note must be 1 to 307200 bytes of UTF-8"},
		"no noteid":            {user + `"note":"x"}`, nil, "BadRequest: noteid must be 1 to 256 bytes of UTF-8"},
		"note over the bound":  {user + `"noteid":"1","note":"` + strings.Repeat("x", 307201) + `"}`, nil, "BadRequest: note must be at most 307200 bytes of UTF-8"},
		"another text":         {user + `"noteid":"shopping","note":"x"}`, nil, "Conflict: There is a note with another text under this noteid"},
		"a proxy event":        {string(get(t).json(t)), nil, "BadRequest: The body may hold noteid and note and nothing else"},
		"nothing":              {"", nil, "BadRequest: The body must be a JSON object in UTF-8 with noteid and note"},
		"the store throttles":  {user + `"noteid":"1","note":"x"}`, note.ErrThrottled, "Internal: Too many requests, try again later"},
		"the store is away":    {user + `"noteid":"1","note":"x"}`, note.ErrUnavailable, "Internal: Service unavailable, try again later"},
		"the store is at loss": {user + `"noteid":"1","note":"x"}`, errSome, "Internal: Internal server error"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t, mapped)
			want := a.seed(t)
			a.store.err = c.store
			out, err := a.Invoke(t.Context(), []byte(c.event))
			if err == nil {
				t.Fatalf("got %s, want %s", out, c.want)
			}
			if got := err.Error(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if diff := cmp.Diff([]note.Note{want}, a.stored(t)); diff != "" || a.store.Len() != 2 {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
			if strings.Count(a.log.String(), "\n") != 1 {
				t.Errorf("got log %q, want one line", a.log)
			}
		})
	}
}
