package policy

import (
	"errors"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrName says that a text is not the name of a scope or a group.
var ErrName = errors.New("policy: name: want UTF-8 without control characters, % only as %25")

// UnescapeName returns the name of the scope or group that the text stands for:
// bytes may be percent-encoded (RFC 3986, section 2.1), so that a list can name
// what holds a separator of the list. A percent sign is %25. The error is
// [ErrName].
func UnescapeName(text string) (string, error) {
	name, err := url.PathUnescape(text)
	if err != nil || name == "" || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return "", ErrName
	}
	return name, nil
}

// parseName returns the scope or group that a rule names. Names are compared
// whole, so that an asterisk which is not percent-encoded is surely a
// misunderstanding, as is a blank in a scope (RFC 6749, section 3.3).
func parseName(text string) (name string, group, ok bool) {
	text, group = strings.CutPrefix(strings.TrimSpace(text), "group:")
	name, err := UnescapeName(text)
	ok = err == nil && !strings.ContainsFunc(text, unicode.IsSpace) && !strings.ContainsAny(text, `,"\*`)
	if !group && strings.ContainsFunc(name, unicode.IsSpace) {
		ok = false
	}
	return name, group, ok
}
