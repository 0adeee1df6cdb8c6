package main_test

import (
	"strings"
	"testing"
)

// The page works behind the doors that it works behind on AWS.
func TestPageBehindEveryDoor(t *testing.T) {
	t.Parallel()
	for door, env := range map[string][]string{
		"http-jwt":                 nil,
		"http-jwt with scopes":     {"ROUTE_SCOPES=true"},
		"http-lambda":              nil,
		"rest-cognito with scopes": {"ROUTE_SCOPES=true"},
	} {
		t.Run(door, func(t *testing.T) {
			t.Parallel()
			name, _, _ := strings.Cut(door, " ")
			s := start(t, t.TempDir(), append(env, "FRONT_DOOR="+name)...)
			w := s.window(t)
			w.signIn("demo@example.com", "Notegate-1")
			w.keep("Milk", "and bread")
			w.sees(card("Milk")+" .text", "and bread")
		})
	}
}

// Where its tokens open nothing there is no page.
func TestNoPageWithoutAccessTokens(t *testing.T) {
	t.Parallel()
	for door, expired := range map[string]string{"rest-cognito": `{"message":"The incoming token has expired"}`, "rest-jwt": unauthorized} {
		s := start(t, t.TempDir(), "FRONT_DOOR="+door)
		if s.Page != "" {
			t.Errorf("%s: a page at %s", door, s.Page)
		}
		tokens := s.demo(t)
		s.request(t, *tokens.AccessToken, "GET", "/notes", "").expect(t, 401, unauthorized)
		s.request(t, *tokens.IdToken, "GET", "/notes", "").expect(t, 200, `{"notes":[]}`)
		s.post(t, "/_local/clock?forward=61m")
		s.request(t, *tokens.IdToken, "GET", "/notes", "").expect(t, 401, expired)
	}
}

// Scopes are those of the hosted login; a token of a sign-in by password has none.
func TestRouteScopes(t *testing.T) {
	t.Parallel()
	for door, want := range map[string]answer{
		"rest-cognito": {Status: 401, Body: unauthorized},
		"http-jwt":     {Status: 403, Body: `{"message":"Forbidden"}`},
	} {
		s := start(t, t.TempDir(), "FRONT_DOOR="+door, "ROUTE_SCOPES=true")
		s.request(t, *s.demo(t).AccessToken, "GET", "/notes", "").expect(t, want.Status, want.Body)
		s.request(t, *s.demo(t).IdToken, "GET", "/notes", "").expect(t, want.Status, want.Body)
	}
}

// Settings that a door would not look at are refused, as the template refuses
// them: what limits who gets in is never dropped in silence.
func TestSettingsThatADoorIgnores(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ door, setting, says string }{
		{"http-jwt", "REQUIRED_SCOPES=a", "REQUIRED_SCOPES"},
		{"http-jwt", "REQUIRED_GROUPS=a", "REQUIRED_GROUPS"},
		{"rest-cognito", "AUDIENCE=a", "AUDIENCE"},
		{"rest-cognito", "ACCESS_RULES=a=GET /notes", "ACCESS_RULES"},
		{"rest-lambda", "ROUTE_SCOPES=true", "ROUTE_SCOPES"},
		{"http-lambda", "ROUTE_SCOPES=true", "ROUTE_SCOPES"},
		{"rest-jwt", "ROUTE_SCOPES=true", "ROUTE_SCOPES"},
		{"rest-jwt", "REQUIRED_GROUPS=a", "REQUIRED_GROUPS"},
		{"http-jwt", "ISSUER=a", "ISSUER"},
		{"http-jwt", "USER_POOL_ID=eu-west-1_AbCdEfGhI,eu-west-1_BbCdEfGhI", "USER_POOL_ID"},
		{"rest-mapped", "LOG_LEVEL=info", "FRONT_DOOR"},
	} {
		if lines := fails(t, command(t.TempDir(), "FRONT_DOOR="+tt.door, tt.setting)); !strings.Contains(lines[0], tt.says) {
			t.Errorf("%s behind %s: %q, want it to name %s", tt.setting, tt.door, lines, tt.says)
		}
	}
}

// The log says why a built-in authorizer refused.
func TestLogOfABuiltInAuthorizer(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "FRONT_DOOR=http-jwt")
	s.request(t, "abc", "GET", "/notes", "").expect(t, 401, unauthorized)
	s.log.Until(t, func(log string) bool { return strings.Contains(log, "token contains an invalid number of segments") })
}
