package userpool

import (
	"net/http"
	"slices"
	"strings"
)

// A prompt is what an authorize request asks of a browser that is, or is not,
// signed in already.
// https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest
type prompt struct {
	none  bool // answer without showing anything
	login bool // show the form, even if somebody is signed in
}

// promptOf reads a list of words. Other identity providers act on select_account
// and consent; Cognito's own login does not.
func promptOf(value string) (p prompt, ok bool) {
	words := strings.Fields(value)
	for _, word := range words {
		if !slices.Contains([]string{"none", "login", "select_account", "consent"}, word) {
			return prompt{}, false
		}
	}
	p = prompt{none: slices.Contains(words, "none"), login: slices.Contains(words, "login")}
	return p, !p.none || len(words) == 1
}

// redirectToLogin hands on all but the prompt: the form would be shown again
// after each sign-in.
func redirectToLogin(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	query.Del("prompt")
	http.Redirect(w, r, "/login?"+query.Encode(), http.StatusFound)
}
