package cognito_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/notegate/notegate/pkg/cognito"
)

// namedClaims compares claims by the fields that have names outside.
var namedClaims = cmpopts.IgnoreUnexported(cognito.Claims{})

func verify(t *testing.T, r *request) *cognito.Claims {
	t.Helper()
	claims, err := r.verifier(t).Verify(t.Context(), r.authorization(t))
	if err != nil {
		t.Fatal(err)
	}
	return claims
}

// person is what people read out of an ID token.
type person struct {
	Email      string           `json:"email"`
	Verified   bool             `json:"email_verified"`
	Plan       string           `json:"custom:plan"`
	AuthTime   int64            `json:"auth_time"`
	Identities []map[string]any `json:"identities"`
	Raw        json.RawMessage  `json:"iat"`
	Missing    *string          `json:"phone_number"`
}

func TestDecode(t *testing.T) {
	t.Parallel()
	r := identity()
	r.claims["custom:plan"] = "gold \"é\""
	claims := verify(t, r)
	var got person
	if err := claims.Decode(&got); err != nil {
		t.Fatal(err)
	}
	want := person{
		Email: "somebody@example.com", Verified: true, Plan: "gold \"é\"", AuthTime: at.Unix(),
		Identities: []map[string]any{{"userId": "1", "primary": "true"}}, Raw: json.RawMessage(fmt.Sprint(at.Unix())),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	another := *claims
	another.Subject = "changed"
	var all map[string]any
	if err := another.Decode(&all); err != nil || all["sub"] != subject {
		t.Errorf("a copy: got %v, %v, want the token's sub", all["sub"], err)
	}
}

// Each row changes one claim of a good ID token. Such a claim does not decide, so
// that the token is good; only its reader learns of it.
func TestDecodeIsStrict(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule   string
		change func(*request)
		err    error
		email  string
	}{
		{"good", claim("x", 1), nil, "somebody@example.com"},
		{"another type", claim("email", 7), cognito.ErrDecode, ""},
		{"a list of one", claim("email", []string{"a@example.com"}), cognito.ErrDecode, ""},
		{"another claim's type", claim("email_verified", "true"), cognito.ErrDecode, ""},
		{"a number too large", rawClaim("auth_time", "1e400"), cognito.ErrDecode, ""},
		{"in another case", both(noClaim("email"), claim("Email", "evil@example.com")), nil, ""},
		{"and in another case", claim("EMAIL", "evil@example.com"), nil, "somebody@example.com"},
		{"absent", noClaim("email"), nil, ""},
		{"null", claim("email", nil), nil, ""},
	} {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			r := identity()
			row.change(r)
			var got person
			err := verify(t, r).Decode(&got)
			if !errors.Is(err, row.err) {
				t.Fatalf("got error %v, want %v", err, row.err)
			}
			if err == nil && got.Email != row.email {
				t.Errorf("email: got %q, want %q", got.Email, row.email)
			}
			if err != nil && !strings.Contains(err.Error(), "*cognito_test.person: want ") {
				t.Errorf("the error does not say what is wanted: %q", err)
			}
			if err != nil && (strings.Contains(err.Error(), "example") || strings.Contains(err.Error(), "1e400") || strings.ContainsAny(err.Error(), "\r\n")) {
				t.Errorf("the error quotes the payload: %q", err)
			}
		})
	}
}

// What a payload may not have at any depth never reaches Decode.
func TestDecodeNeverSeesADuplicate(t *testing.T) {
	t.Parallel()
	for rule, text := range map[string]string{
		"twice":            `{"email":"evil@example.com",`,
		"twice, escaped":   `{"\u0065mail":"evil@example.com",`,
		"twice inside":     `{"address":{"a":1,"a":2},`,
		"not UTF-8":        "{\"address\":\"\xff\",",
		"half a surrogate": `{"address":"\ud800",`,
	} {
		r := identity()
		payloadText(func(payload string) string { return text + payload[1:] })(r)
		if claims, err := r.verifier(t).Verify(t.Context(), r.authorization(t)); !errors.Is(err, cognito.ErrMalformed) || claims != nil {
			t.Errorf("%s: got %v, %v, want it malformed", rule, claims, err)
		}
	}
	verify(t, identity())
}

// Only Verify makes claims that can be read: also those of a token that lacks a
// scope, but not what anybody writes by hand.
func TestDecodeOfClaimsThatVerifyDidNotMake(t *testing.T) {
	t.Parallel()
	r := access()
	config(func(c *cognito.Config) { c.RequiredScopes = []string{"notes/read"} })(r)
	_, err := r.verifier(t).Verify(t.Context(), r.authorization(t))
	var refused *cognito.Refusal
	if !errors.As(err, &refused) || refused.Reason != cognito.ReasonScope {
		t.Fatalf("got %v, want a missing scope", err)
	}
	var all map[string]any
	if err := refused.Claims.Decode(&all); err != nil || all["sub"] != subject {
		t.Errorf("without a scope: got %v, %v", all, err)
	}
	visited := func(string, []byte) error { t.Error("visited"); return nil }
	for name, claims := range map[string]*cognito.Claims{"by hand": {Subject: subject}, "nil": nil} {
		if err := claims.Decode(&all); !errors.Is(err, cognito.ErrNotVerified) {
			t.Errorf("%s: Decode: got %v, want ErrNotVerified", name, err)
		}
		if err := claims.Each(visited); !errors.Is(err, cognito.ErrNotVerified) {
			t.Errorf("%s: Each: got %v, want ErrNotVerified", name, err)
		}
	}
	if err := verify(t, access()).Decode(nil); !errors.Is(err, cognito.ErrDecode) || err.Error() != "cognito: payload does not fit: <nil>" {
		t.Errorf("into nothing: got %v, want ErrDecode", err)
	}
	for rule, into := range map[string]any{"no pointer": all, "nil pointer": (*person)(nil), "a channel": new(chan int), "a string": new(string), "a list": new([]any), "what misreads it": new(misreader)} {
		if err := verify(t, access()).Decode(into); !errors.Is(err, cognito.ErrDecode) || strings.Contains(err.Error(), subject) {
			t.Errorf("into %s: got %v, want ErrDecode", rule, err)
		}
	}
}

// misreader takes any payload for broken JSON.
type misreader struct{}

func (*misreader) UnmarshalJSONFrom(*jsontext.Decoder) error {
	return &jsontext.SyntacticError{Err: errors.New(subject)}
}

func TestEach(t *testing.T) {
	t.Parallel()
	r := identity()
	payloadText(func(payload string) string { return `{"n":1.50e1,"\u0061":"b",` + payload[1:] })(r)
	claims := verify(t, r)
	var got []string
	if err := claims.Each(func(name string, value []byte) error {
		if got = append(got, name+"="+string(value)); len(got) == 3 {
			return io.EOF
		}
		return nil
	}); err != io.EOF {
		t.Errorf("got error %v, want the visitor's own", err)
	}
	if want := "n=1.50e1 a=\"b\""; len(got) != 3 || strings.Join(got[:2], " ") != want {
		t.Errorf("got %q, want %q and one more", got, want)
	}
}

// A program that logs claims logs neither the token nor its payload.
func TestClaimsPrintNoPayload(t *testing.T) {
	t.Parallel()
	claims := verify(t, identity())
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		for _, value := range []any{claims, *claims} {
			if printed := fmt.Sprintf(verb, value); strings.Contains(printed, "example.com\"") || strings.Contains(printed, "somebody") {
				t.Errorf("%s: %s", verb, printed)
			}
		}
	}
	if text, err := json.Marshal(claims); err != nil || strings.Contains(string(text), "somebody") {
		t.Errorf("as JSON: %s, %v", text, err)
	}
}
