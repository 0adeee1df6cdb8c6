package noteapi_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// The doors whose path arrives decoded.
var decoding = []string{"http-jwt", "http-lambda", "http-lambda-payload1"}

// at is the event of a request to that path, as either payload has it.
func at(e event, path string) event {
	if e["version"] == "2.0" {
		return e.set("rawPath", path)
	}
	return e.set("path", path)
}

// as is the event of another route.
func as(e event, method, template string) event {
	if e["version"] == "2.0" {
		return e.set("routeKey", method+" "+template)
	}
	return e.set("httpMethod", method).set("resource", template)
}

func named(t *testing.T, id string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"noteid": id, "note": "x"})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// TestNamesOfNewNotes creates notes that a path may not be able to name: behind
// an HTTP API they are refused, and by a REST API they are not.
func TestNamesOfNewNotes(t *testing.T) {
	t.Parallel()
	const refused = `{"message":"noteid must not hold % + / ; ? \\ or control characters, nor begin or end with a blank: no path of this API could name it again"}`
	for id, nameable := range map[string]bool{
		"report": true, "two words": true, "a#b": true, "a:b=c&d,e@f!g$h'i(j)k*l~m": true, "日 本 🥛": true, "...": true, "é": true, `a"b<c>d[e]f{g}h|i^j`: true,
		"report?": false, "?": false, "a/b": false, "/": false, "../a": false, "a//b": false, "100%": false, "%41": false, "a%2Fb": false,
		"a+b": false, "a;b": false, `a\b`: false, "a\nb": false, "a\x00": false, "\x7fa": false, "a\u0085b": false, " a": false, "a ": false, "a\t": false, "\u00a0a": false,
	} {
		for _, door := range decoding {
			a, e := newApp(t), as(fixture(t, door), "POST", "/notes").set("body", named(t, id))
			if nameable {
				a.want(t, e, 200, `{"message":"Note created"}`)
			} else {
				a.want(t, e, 400, refused)
			}
			if got := len(a.stored(t)) == 1; got != nameable {
				t.Errorf("%s, %q: stored: %t, want %t", door, id, got, nameable)
			}
		}
		newApp(t).want(t, create(t, named(t, id)), 200, `{"message":"Note created"}`)
	}
}

// TestPathAndParameter has requests that say in two ways which note they are
// about: the one that was meant may be neither.
func TestPathAndParameter(t *testing.T) {
	t.Parallel()
	const refused = `{"message":"The path must end in noteid, as API Gateway decodes it"}`
	for name, c := range map[string]struct {
		path, param string
		ok          bool
	}{
		"the same":             {"/notes/shopping", "shopping", true},
		"behind a stage":       {"/prod/notes/shopping", "shopping", true},
		"cut in the path":      {"/notes/shop", "shop?ping", false},
		"cut in the parameter": {"/notes/shop?ping", "shop", false},
		"another":              {"/notes/other", "shopping", false},
		"the end alone":        {"/notes/other/shopping", "shopping", false},
		"a path below":         {"/notes/shopping/x", "shopping", false},
		"a slash at the end":   {"/notes/shopping/", "shopping", false},
		"decoded once more":    {"/notes/shopping", "shoppin%67", false},
		"in another case":      {"/notes/Shopping", "shopping", false},
		"a blank":              {"/notes/shopping ", "shopping", false},
		"no path":              {"", "shopping", false},
	} {
		for _, door := range decoding {
			for method, body := range map[string]string{"GET": "", "PUT": `{"note":"x"}`, "DELETE": ""} {
				a := newApp(t)
				a.seed(t)
				e := at(as(fixture(t, door), method, "/notes/{noteid}"), c.path).set("pathParameters.noteid", c.param).set("body", body)
				got := a.send(t, e)
				if c.ok && got.Status != 200 || !c.ok && (got.Status != 400 || got.Body != refused) {
					t.Errorf("%s, %s %s: got %d %s, want it done: %t", name, door, method, got.Status, got.Body, c.ok)
				}
				if !c.ok && a.store.calls != 0 {
					t.Errorf("%s, %s %s: the store was called", name, door, method)
				}
			}
		}
	}
	a := newApp(t)
	a.seed(t)
	a.want(t, get(t).set("path", "/notes/"+strings.Repeat("%73", 2)), 200, milk) // a REST API leaves both as they were sent
}
