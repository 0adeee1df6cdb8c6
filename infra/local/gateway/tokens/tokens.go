// Package tokens verifies the JSON Web Tokens that API Gateway's built-in
// authorizers take: those of HTTP APIs, of REST APIs, and of Cognito user pools.
//
// It is not package cognito, which is stricter: what these authorizers let pass
// has to pass here.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
package tokens

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/MicahParks/jwkset"
	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/golang-jwt/jwt/v5"

	"github.com/notegate/notegate/pkg/jwks"
)

// Why a token is refused.
var (
	ErrMalformed   = errors.New("tokens: malformed")
	ErrAlgorithm   = errors.New("tokens: algorithm")
	ErrIssuer      = errors.New("tokens: issuer")
	ErrSignature   = errors.New("tokens: signature")
	ErrKey         = errors.New("tokens: no key for the key id")
	ErrAudience    = errors.New("tokens: audience")
	ErrExpired     = errors.New("tokens: expired")
	ErrNotYetValid = errors.New("tokens: not yet valid")
	ErrNoExpiry    = errors.New("tokens: no exp")

	// ErrKeysUnavailable says that nothing could be decided.
	ErrKeysUnavailable = errors.New("tokens: keys unavailable")
)

// maxToken bounds what is parsed; a header may not be longer.
const maxToken = 16 << 10

// An Issuer is one whose tokens a [Verifier] takes.
type Issuer struct {
	URL       string     // iss
	Audiences []string   // the token's aud must be among them; nil: any
	ClientID  bool       // a token without aud may have its client_id among them
	Keys      *jwks.Set  // of the issuer; nil: they are looked for by discovery
	Find      *Discovery // how Keys are found; needed if they are nil
}

// A Verifier verifies tokens. It is safe for concurrent use.
type Verifier struct {
	Issuers    []Issuer
	Algorithms []string
	Now        func() time.Time
}

// A Token is one that was verified.
type Token struct {
	Claims map[string]jsontext.Value
}

// Verify checks a token without the Bearer scheme. Its error is one of those
// above.
func (v *Verifier) Verify(ctx context.Context, raw string) (*Token, error) {
	header, claims, err := read(raw)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(v.Algorithms, header.Algorithm) {
		return nil, ErrAlgorithm
	}
	t := &Token{Claims: claims}
	i := slices.IndexFunc(v.Issuers, func(i Issuer) bool { return i.URL == t.Text("iss") })
	if i < 0 {
		return nil, ErrIssuer
	}
	issuer := v.Issuers[i]
	keys := issuer.Keys
	if keys == nil {
		if keys, err = issuer.Find.Keys(ctx); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrKeysUnavailable, err)
		}
	}
	parser := jwt.NewParser(jwt.WithValidMethods(v.Algorithms), jwt.WithTimeFunc(v.Now), jwt.WithExpirationRequired(), jwt.WithIssuedAt())
	_, err = parser.Parse(raw, func(*jwt.Token) (any, error) {
		key, err := keys.KeyRead(ctx, header.KeyID)
		if err != nil {
			return nil, err
		}
		return key.Key(), nil
	})
	if err != nil {
		return nil, reason(err)
	}
	if issuer.Audiences != nil && !t.meantFor(issuer) {
		return nil, ErrAudience
	}
	return t, nil
}

// reason puts golang-jwt's errors into ours.
func reason(err error) error {
	for _, r := range []struct{ from, to error }{
		{jwks.ErrUnavailable, ErrKeysUnavailable},
		{jwkset.ErrKeyNotFound, ErrKey},
		{jwt.ErrTokenMalformed, ErrMalformed},
		{jwt.ErrTokenRequiredClaimMissing, ErrNoExpiry},
		{jwt.ErrTokenExpired, ErrExpired},
		{jwt.ErrTokenNotValidYet, ErrNotYetValid},
		{jwt.ErrTokenUsedBeforeIssued, ErrNotYetValid},
		{jwt.ErrTokenInvalidClaims, ErrMalformed}, // a claim of the wrong type
	} {
		if errors.Is(err, r.from) {
			return r.to
		}
	}
	return ErrSignature
}

type header struct {
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
}

// read returns the header and the claims of a token that nobody has verified yet.
func read(raw string) (h header, claims map[string]jsontext.Value, err error) {
	parts := strings.Split(raw, ".")
	if len(raw) > maxToken || len(parts) != 3 || decode(parts[0], &h) != nil || decode(parts[1], &claims) != nil || claims == nil {
		return header{}, nil, ErrMalformed
	}
	return h, claims, nil
}

func decode(part string, into any) error {
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return jsonv2.Unmarshal(text, into)
}

// meantFor checks client_id only if there is no aud.
func (t *Token) meantFor(i Issuer) bool {
	audiences := t.Texts("aud")
	if _, ok := t.Claims["aud"]; !ok && i.ClientID {
		audiences = t.Texts("client_id")
	}
	return slices.ContainsFunc(audiences, func(a string) bool { return slices.Contains(i.Audiences, a) })
}

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
