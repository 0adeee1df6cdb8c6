package cognito_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// offline is a good request whose verifier knows the key set beforehand.
func offline(t testing.TB) *request {
	document, err := cognitotest.Document(t.Context(), []cognitotest.Key{keys().pool})
	if err != nil {
		t.Fatal(err)
	}
	r := access()
	seed(document)(r)
	return r
}

// FuzzToken verifies any text: only the one token that the pool has signed
// passes, and no refusal repeats the text.
func FuzzToken(f *testing.F) {
	r := offline(f)
	v, good := r.verifier(f), r.authorization(f)
	if _, err := v.Verify(f.Context(), good); err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, text string) {
		claims, err := v.Verify(t.Context(), text)
		if err == nil {
			if !strings.HasSuffix(text, strings.TrimPrefix(good, "Bearer ")) {
				t.Fatalf("passed, and is not the pool's: %+v", claims)
			}
			return
		}
		checkFuzzedRefusal(t, claims, err)
	})
}

// FuzzAuthorization puts any text around a good token: it passes bare, and after
// Bearer and blanks.
func FuzzAuthorization(f *testing.F) {
	r := offline(f)
	v, good := r.verifier(f), strings.TrimPrefix(r.authorization(f), "Bearer ")
	scheme := regexp.MustCompile(`^((?i:bearer) +)?$`)
	f.Fuzz(func(t *testing.T, before, after string) {
		claims, err := v.Verify(t.Context(), before+good+after)
		if got, want := err == nil, scheme.MatchString(before) && after == ""; got != want {
			t.Fatalf("%q before and %q after it: got error %v, want it to pass: %t", before, after, err, want)
		}
		if err != nil {
			checkFuzzedRefusal(t, claims, err)
		}
	})
}

// FuzzDocuments has the pool sign any header and payload. What passes also holds
// by another decoder's reading of them.
func FuzzDocuments(f *testing.F) {
	r := offline(f)
	v := r.verifier(f)
	f.Fuzz(func(t *testing.T, header, payload string) {
		header = strings.ReplaceAll(header, "$KID", keys().pool.KID) // it is made anew each time
		signed := segment(header) + "." + segment(payload)
		signature, err := jwt.SigningMethodRS256.Sign(signed, keys().pool.Private)
		if err != nil {
			t.Fatal(err)
		}
		claims, err := v.Verify(t.Context(), signed+"."+segment(string(signature)))
		if err != nil {
			checkFuzzedRefusal(t, claims, err)
			return
		}
		var h, p map[string]any
		if err := errors.Join(json.Unmarshal([]byte(header), &h), json.Unmarshal([]byte(payload), &p)); err != nil {
			t.Fatalf("passed, and is no JSON: %v", err)
		}
		exp, _ := p["exp"].(float64)
		nbf, _ := p["nbf"].(float64)
		switch {
		case h["alg"] != "RS256", h["kid"] != keys().pool.KID, h["crit"] != nil, h["b64"] != nil, h["jwk"] != nil:
			t.Errorf("passed with the header %s", header)
		case p["iss"] != issuer, p["token_use"] != "access", p["client_id"] != clientID && p["client_id"] != r.config.ClientIDs[0]:
			t.Errorf("passed with the payload %s", payload)
		case exp <= float64(at.Unix()), exp != math.Trunc(exp), nbf > float64(at.Unix()):
			t.Errorf("passed at %d with the payload %s", at.Unix(), payload)
		case p["sub"] != claims.Subject, claims.Subject == "", p["username"] != claims.Username, claims.Username == "":
			t.Errorf("got %+v for the payload %s", claims, payload)
		}
		for _, names := range []map[string]any{h, p} {
			folded := map[string]bool{}
			for name := range names {
				folded[strings.ToLower(name)] = true
			}
			for _, name := range []string{"alg", "kid", "iss", "sub", "exp", "client_id", "token_use"} {
				if _, ok := names[name]; !ok && folded[name] {
					t.Errorf("passed with %q in another case", name)
				}
			}
		}
	})
}

// checkFuzzedRefusal asserts what holds for every refusal.
func checkFuzzedRefusal(t *testing.T, claims *cognito.Claims, err error) {
	t.Helper()
	if claims != nil {
		t.Errorf("got claims %+v beside an error", claims)
	}
	if !ownWords.MatchString(err.Error()) {
		t.Errorf("the error %q is not made of our own words", err)
	}
}

// ownWords matches what a refusal may say.
var ownWords = regexp.MustCompile(`^cognito: (` +
	`missing_token: (no Authorization value|no token after Bearer)|` +
	`malformed: (longer than 16 KiB|want three segments|(header|payload|signature) is empty or not base64url without padding|` +
	`(header|payload): (not a JSON object with unique names|a known name in another case|want an object|` +
	`[a-z0-9_:]+: want (a string|an array of strings|a time in whole seconds since 1970))|` +
	`kid: want 1 to 256 bytes|header: want no extension and no key of its own|exp: want a time)|` +
	`wrong_alg: alg is not RS256|wrong_issuer: iss is not one of the configured issuers|` +
	`unknown_kid: the pool has no key of this kid|bad_signature: not made by the pool's key over this token|` +
	`keys_unavailable: jwks: key set unavailable: .*|` +
	`expired: exp has passed|not_yet_valid: (nbf|iat) lies in the future|wrong_token_use: token_use is not access|` +
	`wrong_client: not issued to a configured app client|missing_subject: (sub: want it non-empty|no username: a machine's token)` +
	`)$`)

// Without its seeds a fuzz target would run on nothing, and pass.
func TestFuzzSeedsAreThere(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]int{"FuzzToken": 20, "FuzzAuthorization": 20, "FuzzDocuments": 25} {
		seeds, err := filepath.Glob("testdata/fuzz/" + target + "/*")
		if err != nil {
			t.Fatal(err)
		}
		if got := len(seeds); got < want {
			t.Errorf("%s: got %d seeds, want at least %d", target, got, want)
		}
		for _, seed := range seeds {
			if text, err := os.ReadFile(seed); err != nil || !bytes.HasPrefix(text, []byte("go test fuzz v1\n")) {
				t.Errorf("%s is not a seed", seed)
			}
		}
	}
}
