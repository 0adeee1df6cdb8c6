package main_test

import (
	"net/url"
	"strings"
	"testing"
)

// What users write and what opens their notes stays out of the log, at every
// level. The mail of a sign-up is in it, for there is no other mailbox.
func TestLogHoldsNothingOfTheUsers(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{"person": nil, "machines": {"--json"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := command(t.TempDir(), "LOG_LEVEL=debug")
			cmd.Args = append(cmd.Args, args...)
			s := run(t, cmd)
			const email, password, id, text = "ann@example.com", "Passw0rd!ann", "buy milk secretly", "and the ring"
			s.signUp(t, email, password)
			tokens := s.signIn(t, s.Client, email, password)
			token, path := *tokens.AccessToken, "/notes/"+url.PathEscape(id)
			s.request(t, token, "POST", "/notes", `{"noteid":"`+id+`","note":"`+text+`"}`).contains(t, 200, "created")
			s.request(t, token, "POST", "/notes", `{"noteid":"`+id+`","note":"`+text+` twice"}`).contains(t, 409, "another text")
			s.request(t, token, "GET", path, "").contains(t, 200, text)
			s.request(t, token, "PUT", path, `{"text":"`+text+`"}`).contains(t, 400, "Invalid request body")
			s.request(t, token, "PATCH", path, "").contains(t, 403, "Authorization header")
			s.request(t, token, "GET", "/note"+path, "").contains(t, 403, "Authorization header")
			s.request(t, tampered(token), "GET", path, "").contains(t, 401, "Unauthorized")
			s.request(t, token, "GET", "/notes?next="+url.QueryEscape(id), "").contains(t, 400, "next")
			s.request(t, token, "DELETE", path+"?"+url.QueryEscape(text), "").contains(t, 200, "deleted")
			s.request(t, token, "GET", "/last", "").contains(t, 403, "Authorization header")
			log := s.log.Until(t, func(log string) bool { return strings.Contains(log, "/last") })
			for _, wanted := range []string{"to " + email + ": confirmation code ", "/notes/{noteid}", "/note/..."} {
				if !strings.Contains(log, wanted) {
					t.Errorf("no %q in the log", wanted)
				}
			}
			if got := strings.Count(log, email); got != 1 {
				t.Errorf("the address is in the log %d times, want once, in the mail", got)
			}
			for what, secret := range map[string]string{
				"id": "milk", "text": text, "escaped text": url.QueryEscape(text), "password": password,
				"access token": token[len(token)-40:], "claims": token[40:80], "refresh token": (*tokens.RefreshToken)[:40], "ID token": (*tokens.IdToken)[40:80],
			} {
				if strings.Contains(log, secret) {
					t.Errorf("%s: in the log", what)
				}
			}
			if t.Failed() {
				t.Log(log)
			}
		})
	}
}
