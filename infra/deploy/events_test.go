package deploy_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/infra/interop"
	"github.com/notegate/notegate/pkg/gate"
	"github.com/notegate/notegate/pkg/note"
	"github.com/notegate/notegate/pkg/note/notetest"
	"github.com/notegate/notegate/pkg/noteapi"
)

// The fixtures' tokens end at 12:42:47.
var fixtureTime = time.Date(2026, 7, 2, 11, 50, 0, 0, time.UTC)

// One user, six ways in: what is written through each is read through every
// other, and a second user finds none of it.
func TestTheSameNotesBehindEveryDoor(t *testing.T) {
	t.Parallel()
	const stranger = "00000000-90e1-70c4-1f2f-7a5f1c0a2e90"
	store := &notetest.Memory{}
	invoke := func(door string, event map[string]any) string {
		text, err := notesHandler(t, store, door).Invoke(t.Context(), []byte(body(t, event)))
		if err != nil {
			t.Fatalf("%s: %v", door, err)
		}
		var response struct{ Body string }
		if json.Unmarshal(text, &response) != nil || response.Body == "" {
			return string(text) // a mapped answer has no envelope
		}
		return response.Body
	}
	var want []string
	for _, door := range doors.Names() {
		id := "by-" + door
		want = append(want, id)
		if got := invoke(door, request(t, door, caller, "POST", body(t, map[string]any{"noteid": id, "note": "milk"}))); !strings.HasPrefix(got, `{"message":"Note created"`) {
			t.Errorf("%s: %s", door, got)
		}
	}
	slices.Sort(want)
	for _, door := range doors.Names() {
		if door == doors.RestMapped { // it only creates
			continue
		}
		for user, want := range map[string][]string{caller: want, stranger: nil} {
			var page struct{ Notes []struct{ NoteID string } }
			if err := json.Unmarshal([]byte(invoke(door, request(t, door, user, "GET", ""))), &page); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, n := range page.Notes {
				got = append(got, n.NoteID)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s lists for %s (-want +got):\n%s", door, user, diff)
			}
		}
	}
}

// The console's Test button of a method asks no authorizer: the event names the
// console's own user and no caller, so it opens nobody's notes. The event's form
// is that of API Gateway's documentation; no account was asked.
func TestMethodTestHasNoCaller(t *testing.T) {
	t.Parallel()
	for _, door := range doors.Names() {
		if isHTTP(door) { // there is no such button
			continue
		}
		store := &notetest.Memory{}
		h := notesHandler(t, store, door)
		event := request(t, door, caller, "POST", body(t, map[string]any{"noteid": "1", "note": "milk"}))
		if _, err := h.Invoke(t.Context(), []byte(body(t, event))); err != nil || store.Len() != 1 {
			t.Errorf("%s: with a caller: %d notes, error %v, want 1", door, store.Len(), err)
		}
		event = request(t, door, caller, "POST", body(t, map[string]any{"noteid": "2", "note": "bread"}))
		if door == doors.RestMapped {
			event["userid"] = "" // what a variable without a value comes to
		} else {
			requestContext := event["requestContext"].(map[string]any)
			delete(requestContext, "authorizer")
			requestContext["stage"] = "test-invoke-stage"
			requestContext["identity"] = map[string]any{
				"accountId": "123456789012", "apiKey": "test-invoke-api-key", "caller": "AIDAEXAMPLE", "sourceIp": "test-invoke-source-ip",
				"user": "AIDAEXAMPLE", "userArn": "arn:aws:iam::123456789012:user/ann", "cognitoAuthenticationProvider": nil,
			}
		}
		answer, err := h.Invoke(t.Context(), []byte(body(t, event)))
		said := string(answer) + fmt.Sprint(err)
		refused := strings.Contains(said, `"statusCode":401`) || strings.HasPrefix(said, "Unauthorized: ")
		if !refused || store.Len() != 1 {
			t.Errorf("%s: answer %s, error %v, %d notes, want 401 and 1", door, answer, err, store.Len())
		}
	}
}

// notesHandler is the notes function as it runs behind that door.
func notesHandler(t *testing.T, store note.Store, door string) *noteapi.Handler {
	t.Helper()
	h, err := noteapi.New(noteapi.Config{
		Store: store, UserPoolID: "eu-central-1_a1B2c3D4e", MappedEvents: door == doors.RestMapped, Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return fixtureTime },
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// request is the event that a door makes of a request for /notes: its recorded
// shape, with what our own authorizer answers where that is asked.
func request(t *testing.T, door, user, method, content string) map[string]any {
	t.Helper()
	e := fixture(t, door)
	requestContext, _ := e["requestContext"].(map[string]any)
	switch door {
	case doors.RestMapped:
		answer := interop.Mappings(t, []interop.Mapping{{Template: mappingTemplate(t), Body: content, Principal: authorized(t, "rest-token.json", user)["principalId"].(string)}})
		var event map[string]any
		if err := json.Unmarshal([]byte(answer[0].Rendered), &event); err != nil {
			t.Fatal(err)
		}
		return event
	case doors.RestLambda:
		answer := authorized(t, "rest-token.json", user)
		flat := answer["context"].(map[string]any)
		flat["principalId"], flat["integrationLatency"] = answer["principalId"], 451
		requestContext["authorizer"] = flat
	case doors.HTTPLambda:
		requestContext["authorizer"] = map[string]any{"lambda": authorized(t, "http-2.0.json", user)["context"]}
	case doors.RestCognito:
		dig(requestContext, "authorizer", "claims").(map[string]any)["sub"] = user
	case doors.HTTPJWT:
		dig(requestContext, "authorizer", "jwt", "claims").(map[string]any)["sub"] = user
	case doors.RestIAM:
		const provider = "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_a1B2c3D4e"
		dig(requestContext, "identity").(map[string]any)["cognitoAuthenticationProvider"] = provider + "," + provider + ":CognitoSignIn:" + user
	}
	delete(e, "pathParameters")
	e["resource"], e["path"], e["httpMethod"], e["routeKey"] = "/notes", "/notes", method, method+" /notes"
	if content != "" {
		e["body"] = content
	}
	return e
}

// authorized is our authorizer's answer to a good token of that user.
func authorized(t *testing.T, event, user string) (answer map[string]any) {
	t.Helper()
	text, err := os.ReadFile("../../pkg/gate/testdata/" + event)
	if err != nil {
		t.Fatal(err)
	}
	handler, err := gate.New(gate.Config{Verifier: goodToken{user}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if text, err = handler.Invoke(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// fixture is an event in the shape recorded behind that door.
func fixture(t *testing.T, door string) (event map[string]any) {
	t.Helper()
	path := "../../pkg/caller/testdata/" + door + ".json"
	if door == doors.RestMapped {
		path = "../../pkg/noteapi/testdata/mapped.json"
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &event); err != nil {
		t.Fatal(err)
	}
	return event
}

// The fixtures hold nothing that AWS's own types for these events don't know,
// and no value of another type: they come back as they were.
func TestFixturesAreEventsOfAWS(t *testing.T) {
	t.Parallel()
	for _, door := range doors.Names() {
		if door == doors.RestMapped { // an event of our own making
			continue
		}
		var event any = &events.APIGatewayProxyRequest{}
		if isHTTP(door) {
			event = &events.APIGatewayV2HTTPRequest{}
		}
		before := fixture(t, door)
		if err := json.Unmarshal([]byte(body(t, before)), event); err != nil {
			t.Errorf("%s: %v", door, err)
		}
		text, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		var after map[string]any
		if err := json.Unmarshal(text, &after); err != nil {
			t.Fatal(err)
		}
		for _, lost := range missing(door, before, after) {
			t.Errorf("%s: lost or changed", lost)
		}
	}
}

// missing lists what after lacks of before, where null and false are nothing.
func missing(where string, before, after any) (lost []string) {
	members, ok := before.(map[string]any)
	if !ok {
		if before != nil && before != false && !cmp.Equal(before, after) {
			return []string{fmt.Sprintf("%s = %v", where, before)}
		}
		return nil
	}
	for name, value := range members {
		if name == "deploymentId" { // recorded, though aws-lambda-go doesn't know it
			continue
		}
		lost = append(lost, missing(where+"."+name, value, dig(after, name))...)
	}
	return lost
}
