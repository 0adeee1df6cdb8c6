package userpool_test

import (
	"html"
	"net/http"
	"strings"
	"testing"
)

// A form with an empty field says which, and does nothing.
func TestFormsNeedTheirFields(t *testing.T) {
	t.Parallel()
	f := openMFA(t, "OPTIONAL")
	f.turnOn(*f.mustSignIn().AccessToken)
	v := f.visit()
	v.post(v.get(authorizeURL()), "email", email, "password", password) // and awaits a code
	for path, fields := range map[string]map[string][2]string{          // by the form's field: its name in the message, a value
		"/signup":                {"email": {"username", bob}, "password": {"password", password}},
		"/confirm":               {"code": {"confirmationCode", "123456"}},
		"/newpassword":           {"password": {"password", password}},
		"/forgotPassword":        {"email": {"username", bob}},
		"/confirmForgotPassword": {"email": {"username", bob}, "code": {"confirmationCode", "123456"}, "password": {"password", password}},
		"/mfa":                   {"code": {"code", "123456"}},
	} {
		form := seen{path: path, body: `action="` + html.EscapeString(pageURL(path)) + `"`}
		for empty, row := range fields {
			var sent []string
			for field, row := range fields {
				if field != empty {
					sent = append(sent, field, row[1])
				}
			}
			got := v.post(form, append(sent, empty, "")...)
			want := html.EscapeString("1 validation error detected: Value null at '" + row[0] + "' failed to satisfy constraint: Member must not be null")
			if got.status != http.StatusBadRequest || got.path != path || !strings.Contains(got.body, want) {
				t.Errorf("%s without %s: got %d of %s, want 400 and %q in %s", path, empty, got.status, got.path, want, got.body)
			}
		}
	}
}
