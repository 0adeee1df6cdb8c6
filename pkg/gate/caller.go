package gate

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/notegate/notegate/pkg/cognito"
)

// maxContext bounds the context's JSON, in bytes. API Gateway documents no limit
// for REST and HTTP APIs; 8 KB is the one that it has for WebSocket APIs.
const maxContext = 8 << 10

// caller is the context that API Gateway hands to the backend. Strings only: it
// answers 500 to a list. There is no principalId in it, which would collide with
// API Gateway's own.
type caller struct {
	Sub        string `json:"sub"`
	Username   string `json:"username,omitempty"`
	ClientID   string `json:"client_id,omitempty"`
	Scope      string `json:"scope,omitempty"`
	Groups     string `json:"groups,omitempty"`      // those without white space
	GroupsJSON string `json:"groups_json,omitempty"` // all, as a JSON array, if one has white space
	Exp        string `json:"exp"`                   // seconds since 1970
}

// newContext returns the context as JSON. A backend splits the lists at blanks,
// so a name with white space in it would become two others: such a scope, which
// RFC 6749 does not allow, is left out, and such a group is in groups_json only.
// If the context is too large, parts of it are left out one after another, until
// it fits: the caller is still the same, and has fewer rights. Text that is not
// UTF-8, which no verified token holds, is an error: package json would change it.
func newContext(claims *cognito.Claims) (json.RawMessage, error) {
	c := caller{
		Sub:        claims.Subject,
		Username:   claims.Username,
		ClientID:   claims.ClientID,
		Scope:      join(claims.Scopes),
		Groups:     join(claims.Groups),
		GroupsJSON: groupsJSON(claims.Groups),
		Exp:        strconv.FormatInt(claims.ExpiresAt.Unix(), 10),
	}
	if slices.ContainsFunc(slices.Concat([]string{c.Sub, c.Username, c.ClientID}, claims.Scopes, claims.Groups), notUTF8) {
		return nil, errors.New("a claim is not UTF-8")
	}
	text, err := marshal(c)
	for _, part := range []*string{&c.Groups, &c.GroupsJSON, &c.Scope, &c.Username, &c.ClientID} {
		if err != nil || len(text) <= maxContext {
			break
		}
		*part = ""
		text, err = marshal(c)
	}
	if len(text) > maxContext {
		return nil, fmt.Errorf("the context is %d bytes long, want at most %d", len(text), maxContext)
	}
	return text, err
}

// groupsJSON is empty if groups, separated by blanks, say it all.
func groupsJSON(groups []string) string {
	if !slices.ContainsFunc(groups, hasSpace) {
		return ""
	}
	text, err := marshal(groups)
	if err != nil {
		return "" // cannot happen: strings always marshal
	}
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
