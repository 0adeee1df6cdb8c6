package tokens

import (
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
)

// Text returns a claim that is a string, and of any other nothing.
func (t *Token) Text(claim string) string {
	var text string
	if jsonv2.Unmarshal(t.Claims[claim], &text) != nil {
		return ""
	}
	return text
}

// Texts returns a claim that is a string or a list of strings.
func (t *Token) Texts(claim string) []string {
	if text := t.Text(claim); text != "" {
		return []string{text}
	}
	var texts []string
	if jsonv2.Unmarshal(t.Claims[claim], &texts) != nil {
		return nil
	}
	return texts
}

// Scopes are those of scope, or else of scp: a text with blanks in it, or a list.
func (t *Token) Scopes() []string {
	for _, claim := range []string{"scope", "scp"} {
		if _, ok := t.Claims[claim]; ok {
			return strings.Fields(strings.Join(t.Texts(claim), " "))
		}
	}
	return nil
}
