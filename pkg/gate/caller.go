package gate

import (
	"context"
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

// context returns the context as JSON.
func (h *Handler) context(ctx context.Context, req request, claims *cognito.Claims) (json.RawMessage, error) {
	further, err := h.further(ctx, claims)
	if err != nil {
		return nil, err
	}
	limit := maxContext
	if req.shape == webSocket { // of the whole answer, which has the subject in it, and a policy
		limit -= 1<<10 + 6*len(claims.Subject)
	}
	return newContext(claims, further, limit)
}

// newContext returns a context of at most limit bytes. A backend splits the lists
// at blanks, so a name with white space in it would become two others: such a
// scope, which RFC 6749 does not allow, is left out, and such a group is in
// groups_json only. If the context is too large, parts of it are left out one
// after another, until it fits: the caller is still the same, and has fewer rights.
// The further members are not, because a backend may take rights away by one of
// them. Text that is not UTF-8, which no verified token holds, is an error: package
// json would change it.
func newContext(claims *cognito.Claims, further []member, limit int) (json.RawMessage, error) {
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
		return nil, errors.New("the verifier returned a claim that is not UTF-8")
	}
	text, err := c.with(further)
	for _, part := range []*string{&c.Groups, &c.GroupsJSON, &c.Scope, &c.Username, &c.ClientID} {
		if err != nil || len(text) <= limit {
			break
		}
		*part = ""
		text, err = c.with(further)
	}
	if len(text) > limit {
		return nil, fmt.Errorf("%w: it would be %d bytes long, want at most %d", errContext, len(text), limit)
	}
	return text, err
}

// with returns the caller as JSON, with the further members at its end.
func (c caller) with(further []member) ([]byte, error) {
	text, err := marshal(c)
	for _, m := range further {
		object, wrong := marshal(map[string]string{m.name: m.value})
		if err = errors.Join(err, wrong); err != nil {
			return nil, err // cannot happen: strings always marshal
		}
		text = slices.Concat(text[:len(text)-1], []byte(","), object[1:])
	}
	return text, err
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
