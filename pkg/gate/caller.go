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
	Sub      string `json:"sub"`
	Username string `json:"username,omitempty"`
	ClientID string `json:"client_id,omitempty"`
	Scope    string `json:"scope,omitempty"`
	Groups   string `json:"groups,omitempty"`
	Exp      string `json:"exp"` // seconds since 1970
}

// newContext returns the context as JSON. It refuses claims that the context
// cannot hold whole: leaving out a group, splitting one with a blank in it into
// two, or mending what is not UTF-8, as package json does, would make the
// backend decide about somebody else.
func newContext(claims *cognito.Claims) (json.RawMessage, error) {
	if slices.ContainsFunc(slices.Concat(claims.Scopes, claims.Groups), hasSpace) {
		return nil, errors.New("a scope or group has a blank in it")
	}
	c := caller{
		Sub:      claims.Subject,
		Username: claims.Username,
		ClientID: claims.ClientID,
		Scope:    join(claims.Scopes),
		Groups:   join(claims.Groups),
		Exp:      strconv.FormatInt(claims.ExpiresAt.Unix(), 10),
	}
	if slices.ContainsFunc([]string{c.Sub, c.Username, c.ClientID, c.Scope, c.Groups}, notUTF8) {
		return nil, errors.New("a claim is not UTF-8")
	}
	text, err := marshal(c)
	if len(text) > maxContext {
		return nil, fmt.Errorf("the context is %d bytes long, want at most %d", len(text), maxContext)
	}
	return text, err
}

// hasSpace uses the definition of strings.Fields, with which a backend will
// split the list again.
func hasSpace(s string) bool { return strings.ContainsFunc(s, unicode.IsSpace) }

func notUTF8(s string) bool { return !utf8.ValidString(s) }

func join(names []string) string {
	named := slices.DeleteFunc(slices.Clone(names), func(s string) bool { return s == "" })
	return strings.Join(named, " ")
}
