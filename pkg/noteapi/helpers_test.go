package noteapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/notetest"
	"github.com/notegate/notegate/pkg/noteapi"
)

// The user of every fixture, and the time: the fixtures' tokens end at 12:42:47.
const sub = "5f1c0a2e-90e1-70c4-1f2f-7a5f1c0a2e90"

var now = time.Date(2026, 7, 2, 11, 50, 0, 0, time.UTC)

const stamp = `"2026-07-02T11:50:00Z"`

// app is a handler over a store in memory, with what it logged.
type app struct {
	*noteapi.Handler
	store *spy
	log   *bytes.Buffer
	now   time.Time
}

func newApp(t testing.TB, change ...func(*noteapi.Config)) *app {
	t.Helper()
	a := &app{store: &spy{}, log: &bytes.Buffer{}, now: now}
	a.store.Before = a.store.called
	cfg := noteapi.Config{Store: a.store, UserPoolID: "eu-central-1_a1B2c3D4e", Logger: slog.New(slog.NewJSONHandler(a.log, nil)), Now: func() time.Time { return a.now }}
	for _, c := range change {
		c(&cfg)
	}
	var err error
	if a.Handler, err = noteapi.New(cfg); err != nil {
		t.Fatal(err)
	}
	return a
}

// answer is a response as API Gateway reads it.
type answer struct {
	Status  int               `json:"statusCode"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

// send invokes the handler, whose answer must be a response and nothing else.
func (a *app) send(t testing.TB, e event) answer {
	t.Helper()
	out, err := a.Invoke(context.Background(), e.json(t))
	if err != nil {
		t.Fatal(err)
	}
	var got answer
	d := json.NewDecoder(bytes.NewReader(out))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil {
		t.Fatalf("decode %s: %v", out, err)
	}
	return got
}

// births are the random parts of entity tags, state is what an answer to a change
// says beside its message.
var (
	births = regexp.MustCompile(`[A-Z2-7]{26}`)
	state  = regexp.MustCompile(`^({"message":"Note (?:created|updated)"),"version":.*}$`)
)

// want sends the event and checks status and body, in which births are BIRTH. The
// state after a change is left out; TestSavedState looks at that.
func (a *app) want(t testing.TB, e event, status int, body string) answer {
	t.Helper()
	got := a.send(t, e)
	shown := state.ReplaceAllString(births.ReplaceAllString(got.Body, "BIRTH"), "$1}")
	if diff := cmp.Diff(answer{Status: status, Body: body}, answer{Status: got.Status, Body: shown}); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	return got
}

// stored returns the user's notes, past the spy.
func (a *app) stored(t testing.TB) []note.Note {
	t.Helper()
	a.store.Before = nil
	defer func() { a.store.Before = a.store.called }()
	notes, _, err := a.store.List(context.Background(), owner(t, sub), "", note.MaxLimit)
	if err != nil {
		t.Fatal(err)
	}
	return notes
}

// event is a proxy event that tests change by path, members by dots.
type event map[string]any

func fixture(t testing.TB, name string) event {
	t.Helper()
	dir := "../caller/testdata"
	if name == "mapped" {
		dir = "testdata"
	}
	b, err := os.ReadFile(filepath.Join(dir, name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var e event
	if err := json.Unmarshal(b, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// rest returns the fixture of a REST API with a Lambda authorizer, for another
// method and resource, with a body unless it is empty.
func rest(t testing.TB, method, resource, body string) event {
	t.Helper()
	e := fixture(t, "rest-lambda").set("httpMethod", method).set("resource", resource)
	if body != "" {
		e.set("body", body)
	}
	return e
}

func create(t testing.TB, body string) event { return rest(t, "POST", "/notes", body) }
func list(t testing.TB) event                { return rest(t, "GET", "/notes", "") }
func get(t testing.TB) event                 { return rest(t, "GET", "/notes/{noteid}", "") }
func update(t testing.TB, body string) event { return rest(t, "PUT", "/notes/{noteid}", body) }
func remove(t testing.TB) event              { return rest(t, "DELETE", "/notes/{noteid}", "") }

func (e event) set(path string, value any) event {
	at := map[string]any(e)
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		child, ok := at[name].(map[string]any)
		if !ok {
			child = map[string]any{}
			at[name] = child
		}
		at = child
	}
	if value == nil {
		delete(at, names[len(names)-1])
	} else {
		at[names[len(names)-1]] = value
	}
	return e
}

// header sets a header's values in both maps of payload 1.0; none removes it.
func (e event) header(name string, values ...string) event {
	for _, m := range []string{"headers", "multiValueHeaders"} {
		for old := range e[m].(map[string]any) {
			if strings.EqualFold(old, name) {
				e.set(m+"."+old, nil)
			}
		}
	}
	if len(values) == 0 {
		return e
	}
	all := make([]any, len(values))
	for i, v := range values {
		all[i] = v
	}
	return e.set("headers."+name, values[len(values)-1]).set("multiValueHeaders."+name, all)
}

func (e event) query(name string, values ...string) event {
	all := make([]any, len(values))
	for i, v := range values {
		all[i] = v
	}
	return e.set("queryStringParameters."+name, values[len(values)-1]).set("multiValueQueryStringParameters."+name, all)
}

func (e event) json(t testing.TB) []byte {
	t.Helper()
	b, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func owner(t testing.TB, sub string) note.Owner {
	t.Helper()
	o, err := note.ParseOwner(sub)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// seed stores the user's note shopping: milk, and one of the same id of another.
// They are from before notes had births.
func (a *app) seed(t testing.TB) note.Note {
	t.Helper()
	a.store.Before = nil
	defer func() { a.store.Before = a.store.called }()
	n := note.Note{ID: "shopping", Text: "milk", Version: 1, CreatedAt: now, UpdatedAt: now}
	theirs := n
	theirs.Text = "theirs"
	for o, n := range map[note.Owner]note.Note{owner(t, sub): n, owner(t, "another"): theirs} {
		if _, err := a.store.Create(context.Background(), o, n); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// spy counts calls, and fails them all if it has an error, or panics.
type spy struct {
	notetest.Memory
	err      error
	panics   any
	calls    int
	owner    note.Owner // of the last call's notes
	deadline time.Time  // of the last call's context
}

func (s *spy) called(ctx context.Context, o note.Owner) error {
	s.calls++
	s.owner = o
	s.deadline, _ = ctx.Deadline()
	if s.panics != nil {
		panic(s.panics)
	}
	return s.err
}
