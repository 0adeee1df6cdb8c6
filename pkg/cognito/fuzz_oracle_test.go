package cognito_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/notegate/notegate/pkg/cognito"
)

// What may pass, in FuzzDocuments: the rules once more, over what another decoder
// reads, which refuses little.

// readAgain returns the members of a JSON object, each of which is there once.
func readAgain(t *testing.T, document string) map[string]any {
	t.Helper()
	if !json.Valid([]byte(document)) || !utf8.ValidString(document) {
		t.Fatalf("passed, and is no JSON in UTF-8: %q", document)
	}
	decoder := json.NewDecoder(strings.NewReader(document))
	decoder.UseNumber()
	if brace, err := decoder.Token(); err != nil || brace != json.Delim('{') {
		t.Fatalf("passed, and is no object: %q", document)
	}
	members := map[string]any{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		var value any
		if err := decoder.Decode(&value); err != nil {
			t.Fatal(err)
		}
		if _, twice := members[name.(string)]; twice {
			t.Errorf("passed with %q twice", name)
		}
		members[name.(string)] = value
	}
	return members
}

// mayPassHeader asserts that a token with this header may pass.
func mayPassHeader(t *testing.T, h map[string]any) {
	t.Helper()
	if h["alg"] != "RS256" || h["kid"] != keys().pool.KID {
		t.Errorf("passed with the header %v", h)
	}
	extensions := []string{"crit", "b64", "jwk", "jku", "x5c", "x5u"}
	for _, name := range extensions {
		if value, ok := h[name]; ok {
			t.Errorf("passed with %s %v in the header", name, value)
		}
	}
	hasNoOtherCase(t, h, append(extensions, "alg", "kid"))
}

// mayPassPayload asserts that a token with this payload may pass.
func mayPassPayload(t *testing.T, p map[string]any, clients []string) {
	t.Helper()
	texts := []string{"iss", "sub", "token_use", "client_id", "username", "cognito:username", "scope"}
	times := []string{"exp", "nbf", "iat"}
	for _, name := range texts {
		if value, ok := p[name]; ok && !isText(value) {
			t.Errorf("passed with %s %v", name, value)
		}
	}
	for _, name := range times {
		value, ok := p[name]
		number, _ := value.(json.Number)
		if seconds, err := number.Float64(); ok && (err != nil || seconds < 0) {
			t.Errorf("passed with %s %v", name, value)
		}
	}
	if groups, ok := p["cognito:groups"]; ok && !areTexts(groups) {
		t.Errorf("passed with cognito:groups %v", groups)
	}
	if audience, ok := p["aud"]; ok && !isText(audience) && !areTexts(audience) {
		t.Errorf("passed with aud %v", audience)
	}
	hasNoOtherCase(t, p, slices.Concat(texts, times, []string{"cognito:groups", "aud"}))

	client, _ := p["client_id"].(string)
	if p["iss"] != issuer && p["iss"] != updated || p["token_use"] != "access" || !slices.Contains(clients, client) {
		t.Errorf("passed with the payload %v", p)
	}
	if p["sub"] == nil || p["sub"] == "" || p["username"] == nil || p["username"] == "" {
		t.Errorf("passed without a user: %v", p)
	}
	if p["aud"] != nil {
		t.Errorf("passed with aud %v, and no audience is configured", p["aud"])
	}
	now := float64(at.Unix())
	if secondsOf(p["exp"]) <= now || secondsOf(p["nbf"]) > now || secondsOf(p["iat"]) > now+60 {
		t.Errorf("passed at %v with the payload %v", now, p)
	}
}

// hasNoOtherCase asserts that no name of the object would be taken for a known
// one by a decoder that folds case.
func hasNoOtherCase(t *testing.T, object map[string]any, known []string) {
	t.Helper()
	for name := range object {
		for _, k := range known {
			if name != k && strings.EqualFold(name, k) {
				t.Errorf("passed with %q for %s", name, k)
			}
		}
	}
}

// claimsOf are the claims of a payload that passed the checks above.
func claimsOf(p map[string]any) *cognito.Claims {
	text := func(name string) string { s, _ := p[name].(string); return s }
	c := &cognito.Claims{
		Pool: poolID, Issuer: text("iss"), Subject: text("sub"), Username: text("username"), ClientID: text("client_id"),
		TokenUse: cognito.AccessToken, ExpiresAt: time.UnixMicro(int64(secondsOf(p["exp"]) * 1e6)),
	}
	for _, scope := range strings.Split(text("scope"), " ") {
		if scope != "" {
			c.Scopes = append(c.Scopes, scope)
		}
	}
	groups, _ := p["cognito:groups"].([]any)
	for _, group := range groups {
		c.Groups = append(c.Groups, fmt.Sprint(group))
	}
	return c
}

func isText(value any) bool { _, ok := value.(string); return ok }

func areTexts(value any) bool {
	values, ok := value.([]any)
	return ok && !slices.ContainsFunc(values, func(v any) bool { return !isText(v) })
}

func secondsOf(value any) float64 {
	number, _ := value.(json.Number)
	seconds, _ := number.Float64()
	return seconds
}
