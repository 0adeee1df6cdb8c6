package cognitohttp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/notegate/notegate/pkg/cognito"
)

// A Verifier decides whether the raw value of an Authorization header holds a
// good token. It returns the claims of a good one, never nil and never without a
// subject, or an error. An error in whose tree [cognito.ReasonOf] finds no reason
// is answered as a fault, 500.
type Verifier interface {
	Verify(ctx context.Context, authorization string) (*cognito.Claims, error)
}

var _ Verifier = (*cognito.Verifier)(nil)

// A Middleware lets requests with a good token through. Make it with [New]. It is
// safe for concurrent use if its verifier and its hook are. The zero value refuses
// every request with 500.
type Middleware struct {
	verifier  Verifier
	onRefusal func(*http.Request, Refusal)
}

// An Option changes what [New] returns.
type Option func(*Middleware)

// New returns a middleware over the verifier. Without one, every request is
// refused with 500.
func New(verifier Verifier, options ...Option) *Middleware {
	m := &Middleware{verifier: verifier}
	for _, option := range options {
		option(m)
	}
	return m
}

// Require lets requests through whose token is good and has all the scopes; with
// none, every good token is enough. It refuses as the package comment says. A
// scope that no token can have (RFC 6749 section 3.3: visible ASCII without " and
// \) panics, as a pattern of [http.ServeMux] does.
func (m *Middleware) Require(scopes ...string) func(http.Handler) http.Handler {
	for _, scope := range scopes {
		if !isScope(scope) {
			panic(fmt.Sprintf("cognitohttp: scope %q must be visible ASCII without quotes, backslashes and blanks", scope))
		}
	}
	scopes = slices.Clone(scopes)
	return m.layer(false, func(claims *cognito.Claims) error {
		for _, scope := range scopes {
			if !slices.Contains(claims.Scopes, scope) {
				return &lacking{cognito.ErrScope, claims, strings.Join(scopes, " ")}
			}
		}
		return nil
	})
}

// RequireGroup lets requests through whose token is good and whose user is in
// one of the groups. It refuses as the package comment says. No group, or one
// without a name, panics: nobody would be let through.
func (m *Middleware) RequireGroup(groups ...string) func(http.Handler) http.Handler {
	if len(groups) == 0 || slices.Contains(groups, "") {
		panic("cognitohttp: RequireGroup needs groups, each with a name")
	}
	groups = slices.Clone(groups)
	return m.layer(false, func(claims *cognito.Claims) error {
		if !slices.ContainsFunc(claims.Groups, func(group string) bool { return slices.Contains(groups, group) }) {
			return &lacking{cognito.ErrGroup, claims, ""}
		}
		return nil
	})
}

// Optional lets requests through that have a good token, and those that have no
// Authorization header at all, without claims. A header that holds anything else
// is refused as by Require: a caller who sends a token wants to be known.
func (m *Middleware) Optional() func(http.Handler) http.Handler {
	return m.layer(true, func(*cognito.Claims) error { return nil })
}

func (m *Middleware) layer(optional bool, check func(*cognito.Claims) error) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			caller, err := m.caller(r)
			if err == nil {
				err = check(caller.claims)
			}
			switch {
			case err == nil:
				next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), contextKey{}, caller)))
			case optional && err == errNoHeader:
				next.ServeHTTP(w, r)
			default:
				m.refuse(w, r, err)
			}
		})
	}
}

// Errors of our own. The reason of each is that of the token that is wrong.
var (
	errNoVerifier = errors.New("cognitohttp: no verifier")
	errNoClaims   = errors.New("cognitohttp: the verifier returned no claims, or no subject")
	errNoHeader   = fmt.Errorf("%w: no Authorization header", cognito.ErrMissingToken)

	// ErrSeveral is the error of a [Refusal] for several Authorization headers:
	// the next reader of the request may take another one than was verified.
	ErrSeveral = fmt.Errorf("%w: several Authorization headers", cognito.ErrMalformed)
)

// caller returns what this middleware found out about the request's token, now or
// in a layer further out.
func (m *Middleware) caller(r *http.Request) (*verified, error) {
	if m.verifier == nil {
		return nil, errNoVerifier
	}
	values := r.Header.Values("Authorization")
	if v, _ := r.Context().Value(contextKey{}).(*verified); v != nil && v.by == m && v.isOf(values) {
		return v, nil
	}
	switch len(values) {
	case 0:
		return nil, errNoHeader
	case 1:
	default:
		return nil, ErrSeveral
	}
	claims, err := m.verifier.Verify(r.Context(), values[0])
	if err == nil && (claims == nil || claims.Subject == "") {
		err = errNoClaims
	}
	return &verified{m, values[0], claims}, err
}

type contextKey struct{}

// verified is what the context holds. The claims are good for the middleware that
// found them; another one may ask for more. It stands behind a pointer, so that no
// verb of package fmt prints the token with a context.
type verified struct {
	by            *Middleware
	authorization string
	claims        *cognito.Claims
}

// isOf reports whether the claims are those of a request with these Authorization
// values: the same one, or none, because a layer between may have removed it.
// A handler that serves parts of its request, such as a batch, may give each part a
// token of its own in the same context.
func (v *verified) isOf(values []string) bool {
	return len(values) == 0 || len(values) == 1 && values[0] == v.authorization
}

// ClaimsFrom returns the claims of the token that a [Middleware] let through, or
// nil and false: behind Optional, or where no middleware is in front. The claims
// are shared by all who read them; don't change them.
func ClaimsFrom(ctx context.Context) (*cognito.Claims, bool) {
	v, ok := ctx.Value(contextKey{}).(*verified)
	if !ok {
		return nil, false
	}
	return v.claims, true
}

// isScope is RFC 6749's scope-token.
func isScope(s string) bool {
	bad := func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }
	return s != "" && !strings.ContainsFunc(s, bad)
}
