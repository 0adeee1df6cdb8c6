package dynamo_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/notegate/notegate/infra/interop"
	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/dynamo"
	"github.com/notegate/notegate/pkg/noteapi"
)

// requests are all that a client can ask, each of a table with the note 1.
var requests = map[string]struct {
	event string
	whole []note.Note // what the change makes of the table, if the table was reached
}{
	"create": {`"resource":"/notes","httpMethod":"POST","body":"{\"noteid\":\"2\",\"note\":\"bread\"}"`, []note.Note{at("1", "milk", 1), at("2", "bread", 1)}},
	"update": {`"resource":"/notes/{noteid}","httpMethod":"PUT","body":"{\"note\":\"jam\"}"`, []note.Note{at("1", "jam", 2)}},
	"delete": {`"resource":"/notes/{noteid}","httpMethod":"DELETE"`, nil},
	"get":    {`"resource":"/notes/{noteid}","httpMethod":"GET"`, []note.Note{at("1", "milk", 1)}},
	"list":   {`"resource":"/notes","httpMethod":"GET"`, []note.Note{at("1", "milk", 1)}},
}

// TestFaults puts a faulty network between the API and the table. Whatever goes
// wrong, clients are told to come again, and a change is made whole or not.
func TestFaults(t *testing.T) {
	t.Parallel()
	endpoint := interop.Dynalite(t)
	direct := patient(config(endpoint))
	for name, c := range map[string]struct {
		fault   func(w http.ResponseWriter, r *http.Request, table http.Handler, giveUp func())
		status  int
		reached bool
	}{
		"throttled":       {throttled, 429, false},
		"out of order":    {outOfOrder, 503, false},
		"silent":          {silent, 503, false},
		"answer lost":     {answerLost, 503, true},
		"answer cut":      {answerCut, 503, true},
		"answer not JSON": {answerNotJSON, 503, false},
	} {
		for operation, request := range requests {
			t.Run(name+"/"+operation, func(t *testing.T) {
				t.Parallel()
				ctx, giveUp := context.WithCancel(t.Context())
				defer giveUp()
				table := fmt.Sprintf("%x", name+operation)
				store := open(t, direct, table)
				if _, err := store.Create(t.Context(), ann(t), at("1", "milk", 1)); err != nil {
					t.Fatal(err)
				}
				want := []note.Note{at("1", "milk", 1)}
				if c.reached {
					want = request.whole
				}

				behind := httputil.NewSingleHostReverseProxy(parse(t, endpoint))
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.fault(w, r, behind, giveUp) }))
				t.Cleanup(server.Close)
				cfg := config(server.URL)
				cfg.RetryMaxAttempts = 1
				got := answerOf(t, ctx, dynamo.New(dynamo.NewClient(cfg), table), request.event)
				if got.StatusCode != c.status || got.Headers["Retry-After"] != "1" {
					t.Errorf("got %+v, want %d with Retry-After 1", got, c.status)
				}
				if diff := cmp.Diff(want, stored(t, store)); diff != "" {
					t.Errorf("the table (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestFaultsThatPass has the same network recover after the first request.
// Clients see nothing of it, unless the table had been reached: then the request
// comes twice, and finds its own change.
func TestFaultsThatPass(t *testing.T) {
	t.Parallel()
	endpoint := interop.Dynalite(t)
	direct := patient(config(endpoint))
	const conditional = `,"headers":{"If-Match":"\"first.1\""}`
	updated := []note.Note{at("1", "jam", 2)}
	type fault = func(w http.ResponseWriter, r *http.Request, table http.Handler, giveUp func())
	for name, c := range map[string]struct {
		fault     fault
		operation string
		more      string // of the event
		status    int
		want      []note.Note
	}{
		"throttled create":                  {throttled, "create", "", 200, requests["create"].whole},
		"throttled update":                  {throttled, "update", "", 200, updated},
		"throttled update with If-Match":    {throttled, "update", conditional, 200, updated},
		"throttled delete":                  {throttled, "delete", "", 200, nil},
		"throttled delete with If-Match":    {throttled, "delete", conditional, 200, nil},
		"create, answer lost":               {answerLost, "create", "", 200, requests["create"].whole},
		"update, answer lost":               {answerLost, "update", "", 200, []note.Note{at("1", "jam", 3)}}, // counted twice
		"update with If-Match, answer lost": {answerLost, "update", conditional, 412, updated},
		"delete, answer lost":               {answerLost, "delete", "", 404, nil},
		"delete with If-Match, answer lost": {answerLost, "delete", conditional, 412, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table := fmt.Sprintf("%x", name)
			store := open(t, direct, table)
			if _, err := store.Create(t.Context(), ann(t), at("1", "milk", 1)); err != nil {
				t.Fatal(err)
			}
			behind := httputil.NewSingleHostReverseProxy(parse(t, endpoint))
			var asked atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if asked.Add(1) == 1 {
					c.fault(w, r, behind, nil)
					return
				}
				behind.ServeHTTP(w, r)
			}))
			t.Cleanup(server.Close)
			got := answerOf(t, t.Context(), dynamo.New(dynamo.NewClient(config(server.URL)), table), requests[c.operation].event+c.more)
			if got.StatusCode != c.status || asked.Load() != 2 {
				t.Errorf("got %+v after %d requests, want %d after 2", got, asked.Load(), c.status)
			}
			if diff := cmp.Diff(c.want, stored(t, store)); diff != "" {
				t.Errorf("the table (-want +got):\n%s", diff)
			}
		})
	}
}

func throttled(w http.ResponseWriter, _ *http.Request, _ http.Handler, _ func()) {
	w.WriteHeader(http.StatusBadRequest)
	io.WriteString(w, `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}`)
}

func outOfOrder(w http.ResponseWriter, _ *http.Request, _ http.Handler, _ func()) {
	w.WriteHeader(http.StatusInternalServerError)
}

// silent never answers: it is the caller whose time is over.
func silent(_ http.ResponseWriter, r *http.Request, _ http.Handler, giveUp func()) {
	io.Copy(io.Discard, r.Body) // until then the server doesn't watch the connection
	giveUp()
	<-r.Context().Done()
}

func answerLost(_ http.ResponseWriter, r *http.Request, table http.Handler, _ func()) {
	table.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}

func answerCut(w http.ResponseWriter, r *http.Request, table http.Handler, _ func()) {
	answer := httptest.NewRecorder()
	table.ServeHTTP(answer, r)
	w.Header().Set("Content-Length", "1000")
	io.CopyN(w, answer.Body, 1)
	panic(http.ErrAbortHandler)
}

func answerNotJSON(w http.ResponseWriter, _ *http.Request, _ http.Handler, _ func()) {
	io.WriteString(w, "<html>")
}

// TestStrangeItems reads a table in which something else has written.
func TestStrangeItems(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"Item":{"version":{"S":"first"}},"Items":[{"version":{"S":"first"}}]}`)
	}))
	t.Cleanup(server.Close)
	store := dynamo.New(dynamo.NewClient(config(server.URL)), "Notes")
	if n, err := store.Get(t.Context(), ann(t), "1"); err == nil || !strings.HasPrefix(err.Error(), "dynamo: decode: ") || n != (note.Note{}) {
		t.Errorf("Get: got %v and %v, want a decoding error", n, err)
	}
	if notes, _, err := store.List(t.Context(), ann(t), "", 1); err == nil || !strings.HasPrefix(err.Error(), "dynamo: list: ") || notes != nil {
		t.Errorf("List: got %v and %v, want an error", notes, err)
	}
}

func TestCreateTableFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ refuses, want string }{
		"not allowed":    {"DynamoDB_20120810.CreateTable", "dynamo: create table: "},
		"never there":    {"DynamoDB_20120810.DescribeTable", "dynamo: wait for table: "},
		"nobody listens": {"", "dynamo: create table: "},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Amz-Target") == c.refuses {
				w.WriteHeader(http.StatusBadRequest)
				io.WriteString(w, `{"__type":"com.amazon.coral.service#AccessDeniedException"}`)
				return
			}
			io.WriteString(w, "{}")
		}))
		cfg := config(server.URL)
		cfg.RetryMaxAttempts = 1
		if c.refuses == "" {
			server.Close()
		}
		err := dynamo.CreateTable(t.Context(), dynamo.NewClient(cfg), "Notes")
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
		server.Close()
	}
}

type answer struct {
	StatusCode int
	Headers    map[string]string
}

// answerOf asks the API over that store for the note 1, or what else the
// event's members say.
func answerOf(t *testing.T, ctx context.Context, store note.Store, members string) answer {
	t.Helper()
	api, err := noteapi.New(noteapi.Config{Store: store, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return fresh.CreatedAt }})
	if err != nil {
		t.Fatal(err)
	}
	out, err := api.Invoke(ctx, []byte(`{`+members+`,"pathParameters":{"noteid":"1"},"requestContext":{"authorizer":{"principalId":"ann","exp":"9999999999"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	var got answer
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

// stored returns ann's notes; whatever birth they were given is "first".
func stored(t *testing.T, store note.Store) (notes []note.Note) {
	t.Helper()
	listed, _, err := store.List(t.Context(), ann(t), "", note.MaxLimit)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range listed {
		if n.Birth == "" {
			t.Errorf("note %s has no birth", n.ID)
		}
		n.Birth = "first"
		notes = append(notes, n)
	}
	return notes
}

func at(id, text string, version int64) note.Note {
	n := fresh
	n.ID, n.Text, n.Version = id, text, version
	return n
}

func parse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
