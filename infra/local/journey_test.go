package main_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
)

const (
	unauthorized = `{"message":"Unauthorized"}`
	noSuchNote   = `{"message":"There is no such note"}`
)

// A mobile app's whole journey behind every front door that runs here, each
// request decided by the deployed handlers or by what stands for AWS's own.
func TestJourney(t *testing.T) {
	t.Parallel()
	for door, caller := range map[string]func(*testing.T, *system, *types.AuthenticationResultType) request{
		"rest-lambda":  bearing(accessToken),
		"rest-cognito": bearing(idToken),
		"rest-jwt":     bearing(idToken),
		"http-jwt":     bearing(accessToken),
		"http-lambda":  bearing(accessToken),
		"rest-iam":     signing,
	} {
		t.Run(door, func(t *testing.T) {
			t.Parallel()
			s := start(t, t.TempDir(), "FRONT_DOOR="+door)
			s.signUp(t, "ann@example.com", "Passw0rd!ann")
			journey(t, caller(t, s, s.signIn(t, s.Client, "ann@example.com", "Passw0rd!ann")))
			want := answer{Status: 401, Body: unauthorized}
			if door == "rest-iam" { // as of a path that is none
				want = answer{Status: 403, Body: `{"message":"Missing Authentication Token"}`}
			}
			s.request(t, "", "GET", "/notes", "").expect(t, want.Status, want.Body)
			bob := caller(t, s, s.demo(t))
			bob("GET", "/notes", "").expect(t, 200, `{"notes":[]}`)
		})
	}
}

// A request is one of a certain user's.
type request func(method, path, body string, header ...string) answer

// bearing sends one of the user's tokens.
func bearing(which func(*types.AuthenticationResultType) string) func(*testing.T, *system, *types.AuthenticationResultType) request {
	return func(t *testing.T, s *system, tokens *types.AuthenticationResultType) request {
		return func(method, path, body string, header ...string) answer {
			return s.request(t, which(tokens), method, path, body, header...)
		}
	}
}

func accessToken(tokens *types.AuthenticationResultType) string { return *tokens.AccessToken }
func idToken(tokens *types.AuthenticationResultType) string     { return *tokens.IdToken }

// journey is what a user does with a note, whose first it is.
func journey(t *testing.T, request request) {
	t.Helper()
	request("POST", "/notes", `{"noteid":"first","note":"hello"}`).expect(t, 200, `{"message":"Note created"}`)
	request("POST", "/notes", `{"noteid":"first","note":"hello"}`).expect(t, 200, `{"message":"Note created"}`)
	if got := request("POST", "/notes", `{"noteid":"first","note":"other"}`); got.Status != http.StatusConflict {
		t.Errorf("another text under an id in use: got %d, want 409", got.Status)
	}

	read := request("GET", "/notes/first", "")
	if read.Status != 200 || !strings.Contains(read.Header.Get("ETag"), `.1"`) || !strings.Contains(read.Body, `"note":"hello"`) {
		t.Errorf("read: got %d, ETag %s, %s", read.Status, read.Header.Get("ETag"), read.Body)
	}
	if got, want := request("GET", "/notes?limit=1", "").ids(t), []string{"first"}; !cmp.Equal(got, want) {
		t.Errorf("list: got %v, want %v", got, want)
	}

	request("PUT", "/notes/first", `{"note":"changed"}`, "If-Match", read.Header.Get("ETag")).expect(t, 200, `{"message":"Note updated"}`)
	if got := request("PUT", "/notes/first", `{"note":"lost"}`, "If-Match", read.Header.Get("ETag")); got.Status != http.StatusPreconditionFailed {
		t.Errorf("stale If-Match: got %d, want 412", got.Status)
	}
	request("DELETE", "/notes/first", "").expect(t, 200, `{"message":"Note deleted"}`)
	request("GET", "/notes/first", "").expect(t, 404, noSuchNote)
	request("DELETE", "/notes/first", "").expect(t, 404, noSuchNote)
}

func TestTwoUsersNeverSeeEachOthersNotes(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	s.signUp(t, "ann@example.com", "Passw0rd!ann")
	s.signUp(t, "bob@example.com", "Passw0rd!bob")
	ann := *s.signIn(t, s.Client, "ann@example.com", "Passw0rd!ann").AccessToken
	bob := *s.signIn(t, s.Client, "bob@example.com", "Passw0rd!bob").AccessToken

	s.request(t, ann, "POST", "/notes", `{"noteid":"a","note":"ann's"}`).expect(t, 200, `{"message":"Note created"}`)
	s.request(t, bob, "GET", "/notes/a", "").expect(t, 404, noSuchNote)
	s.request(t, bob, "PUT", "/notes/a", `{"note":"bob's"}`).expect(t, 404, noSuchNote)
	s.request(t, bob, "DELETE", "/notes/a", "").expect(t, 404, noSuchNote)
	s.request(t, bob, "POST", "/notes", `{"noteid":"a","note":"bob's"}`).expect(t, 200, `{"message":"Note created"}`)
	s.request(t, bob, "POST", "/notes", `{"noteid":"b","note":"bob's"}`).expect(t, 200, `{"message":"Note created"}`)
	if got, want := s.request(t, ann, "GET", "/notes", "").ids(t), []string{"a"}; !cmp.Equal(got, want) {
		t.Errorf("ann's list: got %v, want %v", got, want)
	}
	if got := s.request(t, ann, "GET", "/notes/a", ""); !strings.Contains(got.Body, `"note":"ann's"`) {
		t.Errorf("ann's note: got %s", got.Body)
	}
}

// An operator rotates the signing keys, and nobody notices; then withdraws the
// old ones, and their tokens stop.
func TestRotation(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	old := *s.demo(t).AccessToken
	s.request(t, old, "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)

	s.post(t, "/_local/rotate")
	between := *s.demo(t).AccessToken
	s.request(t, between, "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)
	s.request(t, old, "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)

	s.post(t, "/_local/rotate?revoke=true")
	s.post(t, "/_local/clock?forward=6m") // beyond the cached policies and the cool-down of unknown keys
	fresh := *s.demo(t).AccessToken
	s.request(t, fresh, "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)
	s.request(t, old, "GET", "/notes", "").expect(t, 401, unauthorized)
	s.request(t, between, "GET", "/notes", "").expect(t, 401, unauthorized)
}

// An acknowledged note is on the disk.
func TestKillLosesNoNote(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := start(t, folder)
	s.request(t, *s.demo(t).AccessToken, "POST", "/notes", `{"noteid":"kept","note":"x"}`).expect(t, 200, `{"message":"Note created"}`)
	s.kill()

	s = start(t, folder)
	if got, want := s.request(t, *s.demo(t).AccessToken, "GET", "/notes", "").ids(t), []string{"kept"}; !cmp.Equal(got, want) {
		t.Errorf("after the kill: got %v, want %v", got, want)
	}
}
