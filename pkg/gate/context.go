package gate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/notegate/notegate/pkg/cognito"
)

// maxContext bounds the context's JSON, in bytes. API Gateway documents no limit
// for REST and HTTP APIs; 8 KB is the one that it has for WebSocket APIs.
const maxContext = 8 << 10

// A member of the context that API Gateway hands to the backend. Strings only: it
// answers 500 to a list. There is no principalId, which would collide with API
// Gateway's own. What is empty is left out.
type member struct{ name, value string }

// context returns the context as JSON. A backend splits the lists
// at blanks, so a name with white space in it would become two others: such a
// scope, which RFC 6749 does not allow, is left out, and such a group is in
// groups_json only. If the context is too large, parts of it are left out one
// after another, until it fits: the caller is still the same, and has fewer rights.
// The further members are not, because a backend may take rights away by one of
// them. Text that is not UTF-8, which no verified token holds, is an error: JSON
// cannot hold it.
func (h *Handler) context(ctx context.Context, req request, claims *cognito.Claims) (json.RawMessage, error) {
	further, err := h.further(ctx, claims)
	if err != nil {
		return nil, err
	}
	all := append([]member{
		{"sub", claims.Subject},
		{"username", claims.Username},
		{"client_id", claims.ClientID},
		{"scope", join(claims.Scopes)},
		{"groups", join(claims.Groups)},                         // those without white space
		{"groups_json", groupsJSON(claims.Groups)},              // all, as a JSON array, if one has white space
		{"exp", strconv.FormatInt(claims.ExpiresAt.Unix(), 10)}, // seconds since 1970
	}, further...)
	if slices.ContainsFunc(slices.Concat([]string{claims.Subject, claims.Username, claims.ClientID}, claims.Scopes, claims.Groups), notUTF8) {
		return nil, errors.New("the verifier returned a claim that is not UTF-8")
	}
	limit := maxContext
	if req.shape == webSocket { // of the whole answer, which has the subject in it, and a policy
		limit -= 1<<10 + 6*len(claims.Subject)
	}
	text := object(all)
	for _, name := range []string{"groups", "groups_json", "scope", "username", "client_id"} {
		if len(text) <= limit {
			break
		}
		all = slices.DeleteFunc(all, func(m member) bool { return m.name == name })
		text = object(all)
	}
	if len(text) > limit {
		return nil, fmt.Errorf("%w: it would be %d bytes long, want at most %d", errContext, len(text), limit)
	}
	return text, nil
}

// object returns the members as JSON. All of them are UTF-8, which cannot fail.
func object(members []member) []byte {
	text := []byte("{")
	for _, m := range members {
		if m.value != "" {
			text, _ = jsontext.AppendQuote(text, m.name)
			text, _ = jsontext.AppendQuote(append(text, ':'), m.value)
			text = append(text, ',')
		}
	}
	return append(bytes.TrimSuffix(text, []byte(",")), '}')
}

// groupsJSON is empty if groups, separated by blanks, say it all.
func groupsJSON(groups []string) string {
	if !slices.ContainsFunc(groups, hasSpace) {
		return ""
	}
	text, _ := marshal(groups) // strings always marshal
	return string(text)
}

// hasSpace reports whether some backend might split s when it splits the list
// again: languages differ in what is white space beside Unicode's.
func hasSpace(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\ufeff' })
}

func notUTF8(s string) bool { return !utf8.ValidString(s) }

func join(names []string) string {
	whole := slices.DeleteFunc(slices.Clone(names), func(s string) bool { return s == "" || hasSpace(s) })
	return strings.Join(whole, " ")
}

// Bounds of what a context has beside the gate's own members; they are ours.
const (
	maxContextNames = 16
	maxContextName  = 128     // bytes
	maxContextValue = 1 << 10 // bytes
)

// reservedNames are the gate's own members of a context, and those that API
// Gateway puts beside them, for backends, mapping templates and access logs.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
var reservedNames = []string{
	"sub", "username", "client_id", "scope", "groups", "groups_json", "exp",
	"principalId", "integrationLatency", "integrationStatus", "latency", "requestId", "status", "error", "property",
	"claims", "jwt", "scopes", "lambda", "iam",
}

// CheckContextName returns an error unless a context may have a member of that
// name: 1 to 128 visible ASCII characters but " and \, which in no case is one of
// the gate's own or of API Gateway's.
func CheckContextName(name string) error {
	unfit := func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }
	switch {
	case name == "" || len(name) > maxContextName || strings.ContainsFunc(name, unfit):
		return fmt.Errorf(`must be 1 to %d visible ASCII characters other than " and \`, maxContextName)
	case hasName(reservedNames, name):
		return errors.New("is a name of the gate's own or of API Gateway's")
	}
	return nil
}

// hasName compares without regard to case, because a backend may: Go's package json
// does, and so do headers.
func hasName(names []string, name string) bool {
	return slices.ContainsFunc(names, func(other string) bool { return strings.EqualFold(name, other) })
}

// checkContextClaims reports everything that is wrong with the names, each quoted.
func checkContextClaims(names []string) (wrong []string) {
	if len(names) > maxContextNames {
		wrong = append(wrong, fmt.Sprintf("more than %d names", maxContextNames))
	}
	for i, name := range names {
		if err := CheckContextName(name); err != nil {
			wrong = append(wrong, fmt.Sprintf("%q %v", name, err))
		} else if hasName(names[:i], name) {
			wrong = append(wrong, fmt.Sprintf("%q is listed twice, letter case aside", name))
		}
	}
	return wrong
}

// errContext says that there is no context, which is no defect of the verifier.
// Its words are ours: an error of somebody else's may quote a token.
var errContext = errors.New("no context")

func reasonOfContext(err error) string {
	if errors.Is(err, errContext) {
		return reasonContext
	}
	return reasonFault
}

// further returns what the context has beside the gate's own members: the claims
// that the configuration names, in its order, and what Config.Context adds, in
// order of name.
func (h *Handler) further(ctx context.Context, claims *cognito.Claims) (all []member, err error) {
	if len(h.cfg.ContextClaims) > 0 {
		all, err = handedOn(claims, h.cfg.ContextClaims)
	}
	if err == nil && h.cfg.Context != nil {
		all, err = h.ask(ctx, claims, all)
	}
	return all, err
}

// handedOn reads the named claims out of the token.
func handedOn(claims *cognito.Claims, names []string) ([]member, error) {
	all := make([]member, len(names))
	err := claims.Each(func(name string, value []byte) error {
		if i := slices.Index(names, name); i >= 0 {
			all[i] = member{name, scalar(value)}
		}
		return nil
	})
	return all, err
}

// scalar returns a claim as a backend gets it: a string as it is, a number as the
// token has it, true or false. It is empty for everything else, and for what is
// too long.
func scalar(value jsontext.Value) string {
	var text []byte
	switch value.Kind() {
	case '"':
		text, _ = jsontext.AppendUnquote(nil, value) // the token was read strictly, so it cannot fail
	case '0', 't', 'f':
		text = value
	}
	if len(text) > maxContextValue {
		return ""
	}
	return string(text)
}

// ask adds what Config.Context returns.
func (h *Handler) ask(ctx context.Context, claims *cognito.Claims, all []member) ([]member, error) {
	added, err := h.cfg.Context(ctx, claims)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: Config.Context failed", errContext)
	case len(added) > maxContextNames:
		return nil, fmt.Errorf("%w: Config.Context gave more than %d names", errContext, maxContextNames)
	}
	names := slices.Sorted(maps.Keys(added))
	for i, name := range names {
		value := added[name]
		switch {
		case CheckContextName(name) != nil || hasName(h.cfg.ContextClaims, name) || hasName(names[:i], name):
			return nil, fmt.Errorf("%w: Config.Context gave a name that a context may not have, or has already, letter case aside", errContext)
		case len(value) > maxContextValue || notUTF8(value):
			return nil, fmt.Errorf("%w: Config.Context gave a value that is not UTF-8, or is longer than %d bytes", errContext, maxContextValue)
		}
		all = append(all, member{name, value})
	}
	return all, nil
}
