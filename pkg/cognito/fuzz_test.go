package cognito_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

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
// passes, and no refusal repeats the text. Keys are made anew each time, so that
// seeds name the token's segments: $HEADER, $PAYLOAD and $SIGNATURE, and $OTHER
// for the signature of another key.
func FuzzToken(f *testing.F) {
	r := offline(f)
	v, segments := r.verifier(f), parts(f, r)
	good := strings.Join(segments, ".")
	signedBy(keys().stranger)(r)
	segmentOf := strings.NewReplacer("$HEADER", segments[0], "$PAYLOAD", segments[1], "$SIGNATURE", segments[2], "$OTHER", parts(f, r)[2])
	f.Fuzz(func(t *testing.T, text string) {
		text = segmentOf.Replace(text)
		claims, err := v.Verify(t.Context(), text)
		before, ends := strings.CutSuffix(strings.TrimRight(text, " \t"), good)
		if got, want := err == nil, ends && scheme.MatchString(before); got != want {
			t.Fatalf("%q: got claims %+v and error %v, want it to pass: %t", text, claims, err, want)
		}
		if err != nil {
			checkFuzzedRefusal(t, claims, err)
		}
	})
}

// scheme matches what may stand before a token.
var scheme = regexp.MustCompile(`^((?i:bearer) +)?$`)

// FuzzAuthorization puts any text around a good token: it passes bare, after
// Bearer and blanks, and with blanks and tabs after it.
func FuzzAuthorization(f *testing.F) {
	r := offline(f)
	v, good := r.verifier(f), strings.TrimPrefix(r.authorization(f), "Bearer ")
	f.Fuzz(func(t *testing.T, before, after string) {
		claims, err := v.Verify(t.Context(), before+good+after)
		if got, want := err == nil, scheme.MatchString(before) && strings.Trim(after, " \t") == ""; got != want {
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
		mayPassHeader(t, readAgain(t, header))
		read := readAgain(t, payload)
		mayPassPayload(t, read, r.config.ClientIDs)
		if diff := cmp.Diff(claimsOf(read), claims, namedClaims, cmpopts.EquateEmpty(), cmpopts.EquateApproxTime(time.Millisecond)); diff != "" {
			t.Errorf("for the payload %s (-want +got):\n%s", payload, diff)
		}
		var decoded struct {
			Subject string `json:"sub"`
		}
		if err := claims.Decode(&decoded); err != nil || decoded.Subject != claims.Subject {
			t.Errorf("for the payload %s: decoded sub %q, %v, want %q", payload, decoded.Subject, err, claims.Subject)
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
	`malformed: (longer than 16 KiB|must have three segments|(header|payload|signature) is empty or not base64url without padding|` +
	`(header|payload): (not a JSON object with unique names|a known name in another case|want an object|` +
	`[a-z0-9_:]+: want (a string|an array of strings|a time in seconds since 1970))|` +
	`kid must have 1 to 256 bytes|header holds an extension or a key of its own|exp is missing)|` +
	`wrong_alg: alg is not RS256|wrong_issuer: iss is not one of the configured issuers|` +
	`unknown_kid: the pool has no key with this kid|bad_signature: not made by the pool's key over this token|` +
	`keys_unavailable: jwks: key set unavailable: .*|` +
	`expired: exp has passed|not_yet_valid: (nbf|iat) is in the future|wrong_token_use: token_use is not access|` +
	`wrong_client: (not issued to a configured app client|bound to an audience by aud, and no audience is configured)|missing_subject: (sub is empty|client credentials token, and AllowM2M is false)` +
	`)$`)
