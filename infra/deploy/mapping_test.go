package deploy_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/infra/interop"
	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/notetest"
	"github.com/notegate/notegate/pkg/noteapi"
)

const caller, victim = "5f1c0a2e-90e1-70c4-1f2f-7a5f1c0a2e90", "victim"

// attacks are texts that mean something where they should not.
var attacks = []string{
	`x","userid":"victim`, `x","USERID":"victim`, `x","noteid":"2`, `x"}},"operation":"delete","a":{"b":"`, `"`, `\`, `\"`, `\","userid":"victim`, `say "hi"`, `'`, `\'`,
	"a\nb", "a\r\nb", "\t", "\x00", "</script>", "$context.authorizer.principalId", "${note}", "$input.json('$')", `#set($context.authorizer.principalId="victim")`, "#end", "{}", "[1]", "null",
}

// plain are texts in many scripts, composed and decomposed, left to right and
// the other way.
var plain = []string{
	"milk, bread", "Grüße", "u\u0308ber", "Ελληνικά", "Русский", "עברית", "العربية", "हिन्दी", "ไทย", "中文", "日本語", "한국어", "አማርኛ", "👩‍👩‍👧", "𝒳", "line\u2028line", "\ufeffbom", strings.Repeat("ß", 10000),
}

// mappedOperation is the integration of the rest-mapped door.
func mappedOperation(t *testing.T) map[string]any {
	t.Helper()
	doc := definition(t, doors.RestMapped, deploy(t, template(t), doors.RestMapped, nil))
	return doc.Paths.Value("/notes").Post.Extensions["x-amazon-apigateway-integration"].(map[string]any)
}

func mappingTemplate(t *testing.T) string {
	t.Helper()
	return dig(mappedOperation(t), "requestTemplates", "application/json").(string)
}

func body(t *testing.T, members map[string]any) string {
	t.Helper()
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func mappedHandler(t *testing.T, store note.Store) *noteapi.Handler {
	t.Helper()
	h, err := noteapi.New(noteapi.Config{Store: store, MappedEvents: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Repaired: whatever the text, it arrives byte for byte, in the caller's notes.
func TestOurTemplateKeepsTextText(t *testing.T) {
	t.Parallel()
	ours, texts := mappingTemplate(t), slices.Concat(attacks, plain)
	var questions []interop.Mapping
	for _, text := range texts {
		for _, members := range []map[string]any{
			{"noteid": "1", "note": text},
			{"noteid": "1", "note": text, "userid": victim, "principalId": victim},
			{"noteid": text, "note": "x"},
		} {
			questions = append(questions, interop.Mapping{Template: ours, Principal: caller, Body: body(t, members)})
		}
	}
	answers := interop.Mappings(t, questions)
	owner, err := note.ParseOwner(caller)
	if err != nil {
		t.Fatal(err)
	}
	for i, answer := range answers {
		store := &notetest.Memory{}
		text, isID := texts[i/3], i%3 == 2
		_, err := mappedHandler(t, store).Invoke(t.Context(), []byte(answer.Rendered))
		if isID && len(text) > note.MaxIDBytes {
			if err == nil || err.Error() != "BadRequest: noteid must be 1 to 256 bytes of UTF-8" {
				t.Errorf("%q as noteid: %v", text, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v of %s", text, err, answer.Rendered)
			continue
		}
		want := note.Note{ID: "1", Text: text}
		if isID {
			want = note.Note{ID: text, Text: "x"}
		}
		got, err := store.Get(t.Context(), owner, want.ID)
		if err != nil || got.ID != want.ID || got.Text != want.Text || store.Len() != 1 {
			t.Errorf("%q: stored %q under %q of %d notes, error %v", text, got.Text, got.ID, store.Len(), err)
		}
	}
}

// A value that is not a text is refused, not converted.
func TestOurTemplateWithOtherValues(t *testing.T) {
	t.Parallel()
	bodies := []string{
		"", "{}", `{"noteid":"1"}`, `{"note":"x"}`, `{"noteid":"1","note":1}`, `{"noteid":"1","note":null}`, `{"noteid":"1","note":{"a":"b"}}`,
		`{"noteid":"1","note":["a","b"]}`, `{"noteid":"1","note":"\ud800"}`, `{"noteid":"1","note":""}`,
	}
	ours := mappingTemplate(t)
	var questions []interop.Mapping
	for _, b := range bodies {
		questions = append(questions, interop.Mapping{Template: ours, Principal: caller, Body: b})
	}
	// No authorizer, no caller.
	questions = append(questions, interop.Mapping{Template: ours, Body: `{"noteid":"1","note":"x"}`})
	for i, answer := range interop.Mappings(t, questions) {
		want := "BadRequest: "
		if i == len(bodies) {
			want = "Unauthorized: "
		}
		store := &notetest.Memory{}
		_, err := mappedHandler(t, store).Invoke(t.Context(), []byte(answer.Rendered))
		if err == nil || !strings.HasPrefix(err.Error(), want) || store.Len() != 0 {
			t.Errorf("%s: got %v and %d notes of %s, want %q", questions[i].Body, err, store.Len(), answer.Rendered, want)
		}
	}
}

// Any other content type would go around the template, straight to the function.
func TestOurTemplateCannotBeAvoided(t *testing.T) {
	t.Parallel()
	integration := mappedOperation(t)
	if got := integration["passthroughBehavior"]; got != "never" {
		t.Errorf("passthroughBehavior %v, want never", got)
	}
	if got := integration["type"]; got != "aws" {
		t.Errorf("type %v, want aws", got)
	}
	if got := slices.Collect(maps.Keys(integration["requestTemplates"].(map[string]any))); !slices.Equal(got, []string{"application/json"}) {
		t.Errorf("templates for %v, want application/json alone", got)
	}
	doc := definition(t, doors.RestMapped, deploy(t, template(t), doors.RestMapped, nil))
	content := doc.Paths.Value("/notes").Post.RequestBody.Value.Content
	if content["$default"] == nil || content["$default"].Schema.Ref != "#/components/schemas/NoteCreateModel" {
		t.Error("the model does not cover every content type")
	}
	if got := doc.Extensions["x-amazon-apigateway-request-validator"]; got != "everything" {
		t.Errorf("validator %v, want everything", got)
	}
}

// failing is a store whose every answer is an error.
type failing struct {
	note.Store
	err error
}

func (f failing) Create(context.Context, note.Owner, note.Note) (note.Note, error) {
	return note.Note{}, f.err
}

// Each of the function's errors finds exactly one answer, whichever pattern API
// Gateway tries first, and that answer says what the function said and no more.
func TestMappedErrors(t *testing.T) {
	t.Parallel()
	responses := mappedOperation(t)["responses"].(map[string]any)
	patterns := slices.DeleteFunc(slices.Sorted(maps.Keys(responses)), func(p string) bool { return p == "default" })
	event := func(userID, text string) string {
		return body(t, map[string]any{"userid": userID, "noteid": "1", "note": text})
	}
	said := func(store note.Store, event string) string {
		_, err := mappedHandler(t, store).Invoke(t.Context(), []byte(event))
		if err == nil {
			t.Fatalf("%s: no error", event)
		}
		return err.Error()
	}
	rows := []struct{ errorText, status, message string }{
		{said(&notetest.Memory{}, event(caller, "")), "400", "note must be 1 to 307200 bytes of UTF-8"},
		{said(&notetest.Memory{}, event(caller, strings.Repeat("x", 307201))), "400", "note must be at most 307200 bytes of UTF-8"},
		{said(&notetest.Memory{}, event("", "x")), "401", "Unauthorized"},
		{said(failing{err: note.ErrNotFound}, event(caller, "x")), "404", "There is no such note"},
		{said(failing{err: note.ErrConflict}, event(caller, "x")), "409", "There is a note with another text under this noteid"},
		{said(failing{err: note.ErrThrottled}, event(caller, "x")), "500", "Internal server error"},
		{said(failing{err: errors.New("table arn:x")}, event(caller, "x")), "500", "Internal server error"},
		{"2026-07-02T11:50:00.000Z 0b1c Task timed out after 15.00 seconds", "500", "Internal server error"},
		{"RequestId: 0b1c Error: Runtime exited with error: exit status 1\nRuntime.ExitError", "500", "Internal server error"},
		{"BadRequest: of two\nlines", "400", "of two\nlines"},
	}
	questions := []interop.Mapping{{Patterns: patterns, Error: ""}} // success
	for _, r := range rows {
		questions = append(questions, interop.Mapping{Patterns: patterns, Error: r.errorText})
	}
	chosen := interop.Mappings(t, questions)
	if got := chosen[0].Matches; len(got) != 0 {
		t.Errorf("a success matches %v", got)
	}
	var rendered []interop.Mapping
	for i, r := range rows {
		matches := chosen[i+1].Matches
		if len(matches) != 1 {
			t.Fatalf("%q matches %v, want one", r.errorText, matches)
		}
		response := responses[matches[0]]
		if got := dig(response, "statusCode"); got != r.status {
			t.Errorf("%q: status %v, want %s", r.errorText, got, r.status)
		}
		rendered = append(rendered, interop.Mapping{
			Template: dig(response, "responseTemplates", "application/json").(string),
			Body:     body(t, map[string]any{"errorMessage": r.errorText, "errorType": "errorString"}),
		})
	}
	for i, answer := range interop.Mappings(t, rendered) {
		var got map[string]any
		if err := json.Unmarshal([]byte(answer.Rendered), &got); err != nil {
			t.Errorf("%q: %v: %s", rows[i].errorText, err, answer.Rendered)
		}
		if diff := cmp.Diff(map[string]any{"message": rows[i].message}, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", rows[i].errorText, diff)
		}
	}
	if got := dig(responses["default"], "responseTemplates", "application/json"); got != `{"message":"Note created"}` {
		t.Errorf("a success says %v", got)
	}
}
