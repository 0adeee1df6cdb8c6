package main_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra"
)

// What the API's documentation shows as an answer is what the API answers.
func TestDocumentedSentences(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	good := *s.demo(t).AccessToken
	s.request(t, good, "POST", "/notes", `{"noteid":"kept","note":"as it was"}`).contains(t, 200, "created")
	s.request(t, good, "POST", "/notes", `{"noteid":"gone","note":"x"}`).contains(t, 200, "created")
	type try struct {
		method, path, body string
		header             []string
	}
	tooLong := strings.Repeat("é", 153601)
	longID := "/notes/" + strings.Repeat("x", 257)
	tries := map[string]try{
		"createNote 200": {"POST", "/notes", `{"noteid":"new","note":"x"}`, nil},
		"createNote 400": {"POST", "/notes", `{"note":"x"}`, nil},
		"createNote 409": {"POST", "/notes", `{"noteid":"kept","note":"x"}`, nil},
		"createNote 413": {"POST", "/notes", `{"noteid":"kept","note":"` + tooLong + `"}`, nil},
		"createNote 415": {"POST", "/notes", `{"noteid":"kept","note":"x"}`, []string{"Content-Type", "text/plain"}},
		"listNotes 400":  {"GET", "/notes?limit=0", "", nil},
		"getNote 400":    {"GET", longID, "", nil},
		"getNote 404":    {"GET", "/notes/other", "", nil},
		"updateNote 200": {"PUT", "/notes/kept", `{"note":"as it was"}`, nil},
		"updateNote 400": {"PUT", "/notes/kept", `{}`, nil},
		"updateNote 404": {"PUT", "/notes/other", `{"note":"x"}`, nil},
		"updateNote 412": {"PUT", "/notes/kept", `{"note":"x"}`, []string{"If-Match", `"7"`}},
		"updateNote 413": {"PUT", "/notes/kept", `{"note":"` + tooLong + `"}`, nil},
		"updateNote 415": {"PUT", "/notes/kept", `{"note":"x"}`, []string{"Content-Type", "text/plain"}},
		"deleteNote 200": {"DELETE", "/notes/gone", "", nil},
		"deleteNote 400": {"DELETE", longID, "", nil},
		"deleteNote 404": {"DELETE", "/notes/other", "", nil},
		"deleteNote 412": {"DELETE", "/notes/kept", "", []string{"If-Match", `"7"`}},
	}
	troubles := map[string]string{"429": "throttled", "503": "unreachable"}
	routes := map[string]try{
		"createNote": {"POST", "/notes", `{"noteid":"a","note":"x"}`, nil}, "listNotes": {"GET", "/notes", "", nil}, "getNote": {"GET", "/notes/a", "", nil},
		"updateNote": {"PUT", "/notes/a", `{"note":"x"}`, nil}, "deleteNote": {"DELETE", "/notes/a", "", nil},
	}
	documented := examples(t)
	for _, name := range slices.Sorted(maps.Keys(documented)) {
		operation, status, _ := strings.Cut(name, " ")
		token, request := good, tries[name]
		switch {
		case status == "403" || status == "500":
			continue // rights are in the stories; nothing fails inside on demand
		case status == "401":
			token, request = "", routes[operation]
		case troubles[status] != "":
			request = routes[operation]
		}
		if request.method == "" {
			t.Errorf("%s is documented, and no request here provokes it", name)
			continue
		}
		if trouble := troubles[status]; trouble != "" {
			s.post(t, "/_local/trouble?table="+trouble)
		}
		got := s.request(t, token, request.method, request.path, request.body, request.header...)
		s.post(t, "/_local/trouble?table=none")
		var body map[string]any
		if err := json.Unmarshal([]byte(got.Body), &body); err != nil {
			t.Errorf("%s: %d %s: %v", name, got.Status, got.Body, err)
		}
		withoutState(body)
		if diff := cmp.Diff(documented[name], any(body)); diff != "" {
			t.Errorf("%s: the documentation (-) and the answer (+) %d:\n%s", name, got.Status, diff)
		}
	}
}

// examples are the documented answers by operation and status, except for those
// that hold a note, with its times.
func examples(t *testing.T) map[string]any {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(infra.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			for status, response := range op.Responses.Map() {
				content := response.Value.Content["application/json"]
				if content == nil {
					continue
				}
				if example := content.Example.(map[string]any); len(withoutState(example)) == 1 {
					all[op.OperationID+" "+status] = example
				}
			}
		}
	}
	if len(all) < 30 {
		t.Fatalf("got %d examples, want at least 30", len(all))
	}
	return all
}

// withoutState leaves out what differs each time a note is saved, if that is what
// the answer is about.
func withoutState(body map[string]any) map[string]any {
	if body["message"] != nil {
		for _, member := range []string{"version", "createdAt", "updatedAt", "etag"} {
			delete(body, member)
		}
	}
	return body
}
