package noteapi_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
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

// TestRefused has one row for each way in which a request is refused; the note
// that is stored stays as it is, and so does another's.
func TestRefused(t *testing.T) {
	t.Parallel()
	const (
		good        = `{"noteid":"1","note":"x"}`
		object      = "The body must be a JSON object in UTF-8 with "
		idRule      = "noteid must be 1 to 256 bytes of UTF-8"
		noteRule    = "note must be 1 to 307200 bytes of UTF-8"
		limitRule   = "limit must be a whole number from 1 to 100"
		nextRule    = "next must be what the page before gave as next"
		jsonOnly    = "Content-Type must be application/json, in UTF-8"
		noNote      = "There is no such note"
		stale       = "The note is gone or not at the version of If-Match"
		onlyCreate  = "The body may hold noteid and note and nothing else"
		entityTags  = `If-Match must be * or up to 10 entity tags, each as an ETag header had it`
		maxBodySize = 6*(300*1024+256) + 1024
	)
	noteID := func(e event, id string) event { return e.set("pathParameters.noteid", id) }
	for name, c := range map[string]struct {
		event   event
		status  int
		message string
	}{
		"no body":                   {create(t, ""), 400, object + "noteid and note"},
		"body not JSON":             {create(t, "noteid=1"), 400, object + "noteid and note"},
		"body a list":               {create(t, "["+good+"]"), 400, object + "noteid and note"},
		"body null":                 {create(t, "null"), 400, object + "noteid and note"},
		"body cut":                  {create(t, good[:10]), 400, object + "noteid and note"},
		"body and more":             {create(t, good+good), 400, object + "noteid and note"},
		"body not UTF-8":            {create(t, base64.StdEncoding.EncodeToString([]byte("{\"noteid\":\"1\",\"note\":\"\xff\"}"))).set("isBase64Encoded", true), 400, object + "noteid and note"},
		"body of half a surrogate":  {create(t, `{"noteid":"1","note":"\ud83e"}`), 400, object + "noteid and note"},
		"body not base64":           {create(t, good).set("isBase64Encoded", true), 400, "The body must be base64, as the event says that it is"},
		"body with another member":  {create(t, `{"noteid":"1","note":"x","userid":"another"}`), 400, onlyCreate},
		"member in another case":    {create(t, `{"noteid":"1","note":"x","Note":"y"}`), 400, onlyCreate},
		"member twice":              {create(t, `{"noteid":"1","note":"x","noteid":"2"}`), 400, "The body must not hold a member twice"},
		"member twice, escaped":     {create(t, `{"noteid":"1","note":"x","\u006eote":"y"}`), 400, "The body must not hold a member twice"},
		"noteid missing":            {create(t, `{"note":"x"}`), 400, idRule},
		"noteid null":               {create(t, `{"noteid":null,"note":"x"}`), 400, idRule},
		"noteid empty":              {create(t, `{"noteid":"","note":"x"}`), 400, idRule},
		"noteid a number":           {create(t, `{"noteid":1,"note":"x"}`), 400, "noteid must be a string"},
		"noteid over the bound":     {create(t, `{"noteid":"`+strings.Repeat("é", 128)+`x","note":"x"}`), 400, idRule},
		"note missing":              {create(t, `{"noteid":"1"}`), 400, noteRule},
		"note empty":                {create(t, `{"noteid":"1","note":""}`), 400, noteRule},
		"note an object":            {create(t, `{"noteid":"1","note":{}}`), 400, "note must be a string"},
		"note over the bound":       {create(t, `{"noteid":"1","note":"`+strings.Repeat("x", 300*1024+1)+`"}`), 413, "note must be at most 307200 bytes of UTF-8"},
		"body over the bound":       {create(t, good+strings.Repeat(" ", maxBodySize-len(good)+1)), 413, fmt.Sprintf("The body must be at most %d bytes", maxBodySize)},
		"body of 6 MB":              {create(t, strings.Repeat("x", 6<<20)), 413, fmt.Sprintf("The body must be at most %d bytes", maxBodySize)},
		"body of 6 MB, base64":      {create(t, strings.Repeat("eHh4", 6<<20/4)).set("isBase64Encoded", true), 413, fmt.Sprintf("The body must be at most %d bytes", maxBodySize)},
		"note nested deeply":        {create(t, `{"noteid":"1","note":`+strings.Repeat("[", 200_000)+strings.Repeat("]", 200_000)+`}`), 400, object + "noteid and note"},
		"member nested deeply":      {create(t, `{"noteid":"1","note":"x","more":`+strings.Repeat(`{"":`, 200_000)+`1`+strings.Repeat("}", 200_000)+`}`), 400, onlyCreate},
		"another text":              {create(t, `{"noteid":"shopping","note":"bread"}`), 409, "There is a note with another text under this noteid"},
		"form":                      {create(t, good).header("Content-Type", "application/x-www-form-urlencoded"), 415, jsonOnly},
		"text":                      {create(t, good).header("Content-Type", "text/plain"), 415, jsonOnly},
		"JSON in Latin 1":           {create(t, good).header("Content-Type", "application/json; charset=iso-8859-1"), 415, jsonOnly},
		"two content types":         {create(t, good).header("Content-Type", "application/json", "application/json"), 415, jsonOnly},
		"content type cut":          {create(t, good).header("Content-Type", "application/json; charset"), 415, jsonOnly},
		"content type of no form":   {create(t, good).header("Content-Type", "json"), 415, jsonOnly},
		"limit 0":                   {list(t).query("limit", "0"), 400, limitRule},
		"limit 101":                 {list(t).query("limit", "101"), 400, limitRule},
		"limit negative":            {list(t).query("limit", "-1"), 400, limitRule},
		"limit signed":              {list(t).query("limit", "+1"), 400, limitRule},
		"limit empty":               {list(t).query("limit", ""), 400, limitRule},
		"limit a word":              {list(t).query("limit", "all"), 400, limitRule},
		"limit twice":               {list(t).query("limit", "1", "1"), 400, "limit must be given once"},
		"next empty":                {list(t).query("next", ""), 400, "next must not be empty"},
		"next junk":                 {list(t).query("next", "shopping"), 400, nextRule},
		"next twice":                {list(t).query("next", "MWE", "MWE"), 400, "next must be given once"},
		"get no note":               {noteID(get(t), "other"), 404, noNote},
		"get over the bound":        {noteID(get(t), strings.Repeat("x", 257)), 400, idRule},
		"get not UTF-8":             {noteID(get(t), "%ff"), 400, idRule},
		"get half an escape":        {noteID(get(t), "100%"), 400, "noteid must be percent-encoded"},
		"get without noteid":        {get(t).set("pathParameters", nil), 400, idRule},
		"update no note":            {noteID(update(t, `{"note":"x"}`), "other"), 404, noNote},
		"update with noteid":        {update(t, `{"noteid":"shopping","note":"x"}`), 400, "The body may hold note and nothing else"},
		"update without note":       {update(t, `{}`), 400, noteRule},
		"update as text":            {update(t, `{"note":"x"}`).header("Content-Type", "text/plain"), 415, jsonOnly},
		"update stale":              {update(t, `{"note":"x"}`).header("If-Match", `"2"`), 412, stale},
		"update another's tag":      {update(t, `{"note":"x"}`).header("If-Match", `"01"`), 412, stale},
		"update tag over int64":     {update(t, `{"note":"x"}`).header("If-Match", `"9223372036854775808"`), 412, stale},
		"update tag -1":             {update(t, `{"note":"x"}`).header("If-Match", `"-1"`), 412, stale},
		"update tag 0":              {update(t, `{"note":"x"}`).header("If-Match", `"0"`), 412, stale},
		"update missing, tag":       {noteID(update(t, `{"note":"x"}`).header("If-Match", `"1"`), "other"), 412, stale},
		"update missing, any tag":   {noteID(update(t, `{"note":"x"}`).header("If-Match", `*`), "other"), 412, stale},
		"update tag without quotes": {update(t, `{"note":"x"}`).header("If-Match", `1`), 400, entityTags},
		"update tag empty":          {update(t, `{"note":"x"}`).header("If-Match", ``), 400, entityTags},
		"update any tag and a tag":  {update(t, `{"note":"x"}`).header("If-Match", `*`, `"2"`), 400, entityTags},
		"delete no note":            {noteID(remove(t), "other"), 404, noNote},
		"delete stale":              {remove(t).header("If-Match", `"2"`), 412, stale},
		"delete tag bad":            {remove(t).header("If-Match", `1`), 400, entityTags},
		"no such path":              {rest(t, "GET", "/", ""), 404, "There is no such path"},
		"greedy path":               {rest(t, "GET", "/{proxy+}", ""), 404, "There is no such path"},
		"no such method":            {rest(t, "PATCH", "/notes/{noteid}", ""), 405, "The path allows DELETE, GET, PUT"},
		"preflight":                 {rest(t, "OPTIONS", "/notes", ""), 405, "The path allows GET, POST"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			want := a.seed(t)
			a.want(t, c.event, c.status, `{"message":"`+c.message+`"}`)
			if diff := cmp.Diff([]note.Note{want}, a.stored(t)); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
			if got := a.store.Len(); got != 2 {
				t.Errorf("got %d notes of all users, want 2", got)
			}
		})
	}
}

// TestAccepted has what is unusual and right, each beside a refusal above.
func TestAccepted(t *testing.T) {
	t.Parallel()
	const created, updated = `{"message":"Note created"}`, `{"message":"Note updated"}`
	good := `{"noteid":"1","note":"x"}`
	const maxBodySize = 6*(300*1024+256) + 1024
	escaped := `{"noteid":"1","note":"` + strings.Repeat(`\u0001`, 300*1024) + `"}`
	for name, c := range map[string]struct {
		event event
		body  string
	}{
		"base64":              {create(t, base64.StdEncoding.EncodeToString([]byte(good))).set("isBase64Encoded", true), created},
		"no content type":     {create(t, good).header("Content-Type"), created},
		"content type, UTF-8": {create(t, good).header("content-TYPE", "Application/JSON; charset=UTF-8"), created},
		"largest, escaped":    {create(t, escaped), created},
		"largest body":        {create(t, good+strings.Repeat(" ", maxBodySize-len(good))), created},
		"longest noteid":      {create(t, `{"noteid":"`+strings.Repeat("é", 128)+`","note":"x"}`), created},
		"If-Match *":          {update(t, `{"note":"x"}`).header("If-Match", "*"), updated},
		"if-match":            {update(t, `{"note":"x"}`).header("if-match", `"1"`), updated},
		"delete If-Match":     {remove(t).header("If-Match", `"1"`), `{"message":"Note deleted"}`},
		"limit 100":           {list(t).query("limit", "100"), `{"notes":[` + milk + `]}`},
		"another parameter":   {list(t).query("page", "2", "3"), `{"notes":[` + milk + `]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			a.seed(t)
			a.want(t, c.event, 200, c.body)
		})
	}
}

// TestPathParameter sees that noteid is decoded once, by us for a REST API and
// by the gateway for an HTTP API.
func TestPathParameter(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for _, id := range []string{"a/b", "a+b", "100%", "%2F", "日 本"} {
		body, err := json.Marshal(map[string]string{"noteid": id, "note": id})
		if err != nil {
			t.Fatal(err)
		}
		a.want(t, create(t, string(body)), 200, `{"message":"Note created"}`)
	}
	for door, params := range map[string]map[string]string{
		"rest-lambda":          {"a%2Fb": "a/b", "a+b": "a+b", "100%25": "100%", "%252F": "%2F", "%E6%97%A5%20%E6%9C%AC": "日 本"},
		"http-lambda":          {"a/b": "a/b", "a+b": "a+b", "100%": "100%", "%2F": "%2F", "日 本": "日 本"},
		"http-lambda-payload1": {"a/b": "a/b", "%2F": "%2F"},
	} {
		for param, want := range params {
			var got struct{ NoteID, Note string }
			body := a.send(t, at(fixture(t, door), "/notes/"+param).set("pathParameters.noteid", param)).Body
			if err := json.Unmarshal([]byte(body), &got); err != nil {
				t.Fatal(err)
			}
			if got.NoteID != want || got.Note != want {
				t.Errorf("%s, %s: got %s, want note %q", door, param, body, want)
			}
		}
	}
}

// TestPayload2 sees what payload 2.0 has elsewhere: route, query, headers.
func TestPayload2(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.seed(t)
	at := func(routeKey string) event { return fixture(t, "http-jwt").set("routeKey", routeKey) }
	a.want(t, at("POST /notes").set("body", `{"noteid":"z","note":"x"}`).set("headers.content-type", "application/json"), 200, `{"message":"Note created"}`)
	first := a.send(t, at("GET /notes").set("rawQueryString", "limit=1"))
	if want := `{"notes":[` + milk + `],"next":"MXNob3BwaW5n"}`; first.Body != want {
		t.Fatalf("got %s, want %s", first.Body, want)
	}
	second := `{"noteid":"z","note":"x","version":1,"createdAt":` + stamp + `,"updatedAt":` + stamp + `,"etag":"\"BIRTH.1\""}`
	a.want(t, at("GET /notes").set("rawQueryString", "limit=1&next=MXNob3BwaW5n"), 200, `{"notes":[`+second+`]}`)
	a.want(t, at("GET /notes").set("rawQueryString", "limit=1&limit=2"), 400, `{"message":"limit must be given once"}`)
	a.want(t, at("GET /notes").set("rawQueryString", "limit=%zz"), 400, `{"message":"The query string must be percent-encoded names and values"}`)
	a.want(t, at("PUT /notes/{noteid}").set("body", `{"note":"x"}`).set("headers.if-match", `"2"`), 412,
		`{"message":"The note is gone or not at the version of If-Match"}`)
	a.want(t, at("PUT /notes/{noteid}").set("body", `{"note":"x"}`).set("headers.if-match", `"2",1`), 400,
		`{"message":"If-Match must be * or up to 10 entity tags, each as an ETag header had it"}`)
	a.want(t, at("PUT /notes/{noteid}").set("body", `{"note":"x"}`).set("headers.content-type", "text/plain"), 415,
		`{"message":"Content-Type must be application/json, in UTF-8"}`)
	a.want(t, at("$default"), 404, `{"message":"There is no such path"}`)
}

// TestSingularMaps has an event without the maps of several values.
func TestSingularMaps(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.seed(t)
	a.want(t, list(t).query("limit", "0").set("multiValueQueryStringParameters", nil), 400, `{"message":"limit must be a whole number from 1 to 100"}`)
	a.want(t, remove(t).header("If-Match", `"2"`).set("multiValueHeaders", nil), 412, `{"message":"The note is gone or not at the version of If-Match"}`)
}

func TestStoreFailures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err        error
		status     int
		message    string
		retryAfter string
		level      string
	}{
		"throttled":   {note.ErrThrottled, 429, "Too many requests, try again later", "1", "WARN"},
		"unavailable": {note.ErrUnavailable, 503, "Service unavailable, try again later", "1", "ERROR"},
		"a fault":     {errors.New("no permission"), 500, "Internal server error", "", "ERROR"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			want := a.seed(t)
			a.store.err = fmt.Errorf("store: table arn:x: %w", c.err)
			for _, e := range []event{
				create(t, `{"noteid":"1","note":"x"}`), list(t), get(t), update(t, `{"note":"x"}`), remove(t),
				update(t, `{"note":"x"}`).header("If-Match", "*"), remove(t).header("If-Match", `"1"`),
			} {
				a.log.Reset()
				got := a.want(t, e, c.status, `{"message":"`+c.message+`"}`)
				if got := got.Headers["Retry-After"]; got != c.retryAfter {
					t.Errorf("got Retry-After %q, want %q", got, c.retryAfter)
				}
				if log := a.log.String(); !strings.Contains(log, `"cause":"store: table arn:x`) || !strings.Contains(log, `"level":"`+c.level) {
					t.Errorf("got log %s, want the cause at level %s", log, c.level)
				}
			}
			if diff := cmp.Diff([]note.Note{want}, a.stored(t)); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPanic sees that a panic is answered like any fault, and that of its text,
// which may hold a note, nothing gets out.
func TestPanic(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.seed(t)
	a.store.panics = "no room for SECRET"
	for _, e := range []event{create(t, `{"noteid":"1","note":"x"}`), list(t), get(t), update(t, `{"note":"x"}`), remove(t)} {
		a.log.Reset()
		a.want(t, e, 500, `{"message":"Internal server error"}`)
		if log := a.log.String(); strings.Contains(log, "SECRET") || !strings.Contains(log, `"cause":"noteapi: panic in github.com/notegate/notegate/pkg/noteapi_test.(*spy).called:`) {
			t.Errorf("got log %s, want the place of the panic and no more", log)
		}
	}
	m := newApp(t, mapped)
	m.store.panics = "no room for SECRET"
	if out, err := m.Invoke(t.Context(), fixture(t, "mapped").json(t)); err == nil || err.Error() != "Internal: Internal server error" {
		t.Errorf("mapped: got %s and %v, want Internal", out, err)
	}
	if log := m.log.String(); strings.Contains(log, "SECRET") || !strings.Contains(log, "noteapi: panic in ") {
		t.Errorf("mapped: got log %s, want the place of the panic and no more", log)
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
		Store: &notetest.Memory{},
		Log:   discard,
		Now:   func() time.Time { return time.Unix(1782993000, 0) },
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
	fmt.Println(response.Body)
	// Output: {"message":"Note created"}
}
