package userpool

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// serveUserInfo answers the user's attributes, as far as the access token's
// scopes open them.
// https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html
func (p *Pool) serveUserInfo(w http.ResponseWriter, r *http.Request) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		token = ""
	}
	u, s, err := p.signedIn(token, scopeOpenID)
	if f, ok := errors.AsType[*fault](err); ok {
		w.Header().Set("WWW-Authenticate", fmt.Sprintf("Bearer error=%q, error_description=%q", "invalid_token", f.message))
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = fmt.Fprintf(w, `{"error":"invalid_token","error_description":%q}`, f.message)
		return
	}
	if err != nil {
		p.fail(w, "userInfo", err)
		return
	}
	info := u.identity(s.Scope)
	info["sub"] = u.Sub
	info["username"] = u.Sub
	for _, name := range []string{"email_verified", "phone_number_verified"} {
		if flag, ok := info[name]; ok {
			info[name] = fmt.Sprint(flag) // a string here, a boolean in the ID token
		}
	}
	writeJSON(w, info)
}
