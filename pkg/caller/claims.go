package caller

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/notegate/notegate/pkg/internal/strictjson"
)

// Claims are what a door hands on beside the caller, by name: a token's claims,
// or a Lambda authorizer's context. Each value is JSON as the event has it, so a
// number, a list and an object stay what they are where the door keeps them: a
// REST API's JWT authorizer, AppSync, and a HTTP API's Lambda authorizer. The
// other doors make strings of all values. Nulls are left out. Behind IAM there
// are none.
//
// A token's claims are as its issuer signed them. A context is what its
// authorizer wrote.
type Claims map[string]json.RawMessage

// Text returns a claim that is a string, and a number or a boolean as JSON writes
// it, which is how the doors that make strings of all values hand it on. Of
// anything else, and of a claim that is missing, it returns the empty string.
func (c Claims) Text(name string) string {
	return text(c[name])
}

func text(value json.RawMessage) string {
	if len(value) == 0 {
		return ""
	}
	switch value[0] {
	case '"':
		var unquoted string
		if json.Unmarshal(value, &unquoted) != nil {
			return ""
		}
		return unquoted
	case '{', '[', 'n':
		return ""
	}
	return string(value)
}

// A reader reads claims. Its first error stays.
type reader struct {
	claims Claims
	err    error
}

func (r *reader) fail(detail string) {
	if r.err == nil {
		r.err = malformed(detail)
	}
}

// caller returns the caller with that sub, and with the groups that the named claim
// lists.
func (r *reader) caller(sub json.RawMessage, groups string, split splitter) Caller {
	return Caller{
		Subject:  r.subject(sub),
		Expires:  r.expiry(),
		ClientID: r.text("client_id"),
		Issuer:   r.text("iss"),
		Scopes:   r.names("scope", atBlanks),
		Groups:   r.names(groups, split),
		Claims:   r.claims,
	}
}

// subject returns what value is if it can be a sub.
func (r *reader) subject(value json.RawMessage) string {
	subject := text(value)
	if !isString(value) || !isSubject(subject) {
		r.fail("not a sub")
	}
	return subject
}

// text returns a string, or nothing if there is none.
func (r *reader) text(name string) string {
	if value := r.claims[name]; value != nil && !isString(value) {
		r.fail(name + " is not a string")
	}
	return r.claims.Text(name)
}

// names returns a list of names: an array, or a string that is split.
func (r *reader) names(name string, split splitter) []string {
	value := r.claims[name]
	if len(value) > 0 && value[0] == '[' {
		return r.array(name, string(value))
	}
	return split(r.text(name))
}

func (r *reader) array(name, value string) (names []string) {
	var array strictjson.Reader
	if array.Value([]byte(value), func() error { return array.Strings(&names) }) != nil {
		r.fail(name + " is not an array of strings")
	}
	return names
}

// A splitter splits the string that a door made of several names.
type splitter func(text string) []string

func atBlanks(text string) []string { return split(text, ' ') }
func atCommas(text string) []string { return split(text, ',') }

// inBrackets splits [a b], as HTTP APIs write an array.
func inBrackets(text string) []string {
	inner, ok := strings.CutPrefix(text, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	if !ok || !closed {
		return whole(text)
	}
	return atBlanks(inner)
}

func whole(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

func split(text string, at rune) []string {
	if text == "" {
		return nil
	}
	return strings.FieldsFunc(text, func(r rune) bool { return r == at })
}

func isString(value json.RawMessage) bool { return len(value) > 0 && value[0] == '"' }

// isSubject reports whether s is 1 to 255 visible ASCII characters.
// https://openid.net/specs/openid-connect-core-1_0.html#IDToken
func isSubject(s string) bool {
	invisible := func(r rune) bool { return r <= ' ' || r > '~' }
	return s != "" && len(s) <= 255 && !strings.ContainsFunc(s, invisible)
}

// javaDate is how a REST API's Cognito authorizer writes a claim that is a
// time. It runs in UTC; the letters are matched, not taken for a zone.
const javaDate = "Mon Jan 02 15:04:05 UTC 2006"

// maxEpoch is the end of the year 9999, past which a time is a mistake.
const maxEpoch = 253402300799

// expiry returns exp (RFC 7519, section 4.1.4): the seconds since 1970 as a
// number or as its text, also in the scientific form that HTTP APIs write, or a
// Java date.
func (r *reader) expiry() time.Time {
	text := r.claims.Text("exp")
	if at, err := time.Parse(javaDate, text); err == nil && at.Unix() >= 0 {
		return at
	}
	seconds, err := strconv.ParseFloat(text, 64)
	// JSON's grammar too, because ParseFloat also reads signs, hexadecimal and Inf.
	if err != nil || !json.Valid([]byte(text)) || seconds < 0 || seconds > maxEpoch {
		r.fail("exp is missing or malformed")
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0).UTC()
}
