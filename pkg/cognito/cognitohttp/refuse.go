package cognitohttp

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/notegate/notegate/pkg/cognito"
)

// A Refusal is what the hook of [OnRefusal] is told about a refused request.
type Refusal struct {
	Status int            // of the answer
	Reason cognito.Reason // a fixed code, safe to log and to count; empty if the verifier failed
	Err    error          // one line without any part of the token, unless the verifier is not cognito's

	// Claims are those of a good token that lacks a scope or a group; else nil.
	Claims *cognito.Claims
}

// OnRefusal sets the hook that is called for each refused request, before it is
// answered, by the layer that refused it. It must be safe for concurrent use.
func OnRefusal(hook func(r *http.Request, refusal Refusal)) Option {
	return func(m *Middleware) { m.onRefusal = hook }
}

// lacking is a good token's error: what the route asks for is not in it.
type lacking struct {
	reason error
	claims *cognito.Claims
	scopes string // all that the route asks for
}

func (l *lacking) Error() string { return l.reason.Error() + ": asked for by the route" }
func (l *lacking) Unwrap() error { return l.reason }

// retryAfter lies within the pauses that package jwks makes between fetches that
// fail: 1 to 30 seconds.
const retryAfter = "5"

func (m *Middleware) refuse(w http.ResponseWriter, r *http.Request, err error) {
	refusal := Refusal{Status: statusOf(err), Reason: cognito.ReasonOf(err), Err: err}
	if good := new(cognito.Refusal); errors.As(err, &good) {
		refusal.Claims = good.Claims
	}
	route := new(lacking)
	if errors.As(err, &route) {
		refusal.Claims = route.claims
	}
	if m.onRefusal != nil {
		m.onRefusal(r, refusal)
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	switch refusal.Status {
	case http.StatusServiceUnavailable:
		header.Set("Retry-After", retryAfter)
	case http.StatusInternalServerError:
	default:
		header.Set("WWW-Authenticate", challenge(r, refusal, route.scopes))
	}
	w.WriteHeader(refusal.Status)
	body, _ := json.Marshal(map[string]string{"message": http.StatusText(refusal.Status)}) // a map of strings always marshals
	w.Write(body)
}

func statusOf(err error) int {
	switch cognito.ReasonOf(err) {
	case "":
		return http.StatusInternalServerError
	case cognito.ReasonKeysUnavailable:
		return http.StatusServiceUnavailable
	case cognito.ReasonScope, cognito.ReasonGroup:
		return http.StatusForbidden
	}
	if errors.Is(err, ErrSeveral) {
		return http.StatusBadRequest
	}
	return http.StatusUnauthorized
}

// challenge is the value of WWW-Authenticate: RFC 6750 section 3. A request that
// tried no bearer token is not told what would be wrong with one (section 3.1).
func challenge(r *http.Request, refusal Refusal, scopes string) string {
	code := map[int]string{
		http.StatusBadRequest:   "invalid_request",
		http.StatusUnauthorized: "invalid_token",
		http.StatusForbidden:    "insufficient_scope",
	}[refusal.Status]
	if refusal.Reason == cognito.ReasonMissingToken || code == "invalid_token" && isOtherScheme(r.Header.Get("Authorization")) {
		return "Bearer"
	}
	value := fmt.Sprintf(`Bearer error="%s", error_description="%s"`, code, refusal.Reason)
	if scopes != "" {
		value += fmt.Sprintf(`, scope="%s"`, scopes)
	}
	return value
}

func isOtherScheme(authorization string) bool {
	scheme, _, found := strings.Cut(authorization, " ")
	return found && !strings.EqualFold(scheme, "Bearer")
}
