package noteapi_test

import (
	"encoding/json"
	"strings"
	"testing"
)

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
			e := fixture(t, door).set("pathParameters.noteid", param)
			switch door {
			case "http-lambda":
				e = e.set("rawPath", "/notes/"+param)
			case "http-lambda-payload1":
				e = e.set("path", "/prod/notes/"+param)
			}
			body := a.send(t, e).Body
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
	excerpt := strings.Replace(milk, `"note":"milk"`, `"excerpt":"mi","size":4`, 1)
	a.want(t, at("GET /notes").set("rawQueryString", "limit=1&excerpt=2"), 200, `{"notes":[`+excerpt+`],"next":"MXNob3BwaW5n"}`)
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

// An id that the decoded path of an HTTP API may not bring back is not taken for
// a new note there; a REST API, whose paths stay encoded, takes it.
func TestUnnamableIDs(t *testing.T) {
	t.Parallel()
	message := `{"message":"behind this API noteid must not hold ? # / \\ % + ; or control characters, nor begin or end with a blank"}`
	payload2 := fixture(t, "http-jwt").set("routeKey", "POST /notes").set("headers.content-type", "application/json")
	payload1 := fixture(t, "http-lambda-payload1").set("resource", "/notes").set("httpMethod", "POST").set("path", "/prod/notes")
	for id, namable := range map[string]bool{
		"report": true, "a b": true, "日 本": true, "...": true, "a.b": true, "&=:@,!'()*~": true,
		"report?": false, "?": false, "a/b": false, "/": false, "100%": false, "100%41": false, "%2F": false, "C++": false, "a+b": false, "a#b": false, `a\b`: false,
		"a;b": false, "a\nb": false, "a\u0000": false, "a\u007f": false, " a": false, "a ": false, "a\u00a0": false,
	} {
		body, err := json.Marshal(map[string]string{"noteid": id, "note": "x"})
		if err != nil {
			t.Fatal(err)
		}
		for door, e := range map[string]event{"payload 2.0": payload2, "payload 1.0": payload1, "REST": create(t, string(body))} {
			a := newApp(t)
			got := a.send(t, e.set("body", string(body)))
			switch {
			case namable || door == "REST":
				if got.Status != 200 || len(a.stored(t)) != 1 {
					t.Errorf("%s, %q: got %d %s, want it created", door, id, got.Status, got.Body)
				}
			case got.Status != 400 || got.Body != message || len(a.stored(t)) != 0:
				t.Errorf("%s, %q: got %d %s, want it refused", door, id, got.Status, got.Body)
			}
		}
	}
}

// A request whose path and path parameters disagree is refused, and does nothing.
func TestPathAndParametersMustAgree(t *testing.T) {
	t.Parallel()
	for door, member := range map[string]string{"http-jwt": "rawPath", "http-lambda-payload1": "path"} {
		for path, want := range map[string]int{
			"/notes/shopping": 200, "/prod/notes/shopping": 200, "/v1/api/notes/shopping": 200, "/notes/notes/shopping": 200,
			"/notes/shopping?": 400, "/notes/shopping/": 400, "/notes/shop": 400, "/notes/shopping list": 400, "/notes/": 400, "": 400,
			"/notes/a/shopping": 400, "/notes/a/notes/shopping": 400, "/notes/Shopping": 400, "/notesshopping": 400,
		} {
			a := newApp(t)
			a.seed(t)
			if got := a.send(t, fixture(t, door).set(member, path)); got.Status != want {
				t.Errorf("%s, %s %q: got %d %s, want %d", door, member, path, got.Status, got.Body, want)
			}
		}
	}
}
