package cognito

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/notegate/notegate/pkg/internal/strictjson"
)

// A TokenUse is the token_use claim: which of a user pool's two JSON Web
// Tokens this is.
type TokenUse string

const (
	AccessToken TokenUse = "access" // carries client_id, username and scope
	IDToken     TokenUse = "id"     // carries aud, cognito:username and the user's attributes
)

// Claims are what a verified token says. [Verifier.Verify] makes them when every
// check has passed; those in a [Refusal] have passed all but the required
// scopes and groups. [Claims.Decode] reads further claims.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
type Claims struct {
	Pool      string // the configured user pool's name, see [UserPool]
	Issuer    string
	Subject   string // sub: the user's id, or the app client's for client credentials; never empty
	Username  string // username, for an ID token cognito:username; empty for client credentials
	ClientID  string // client_id, for an ID token aud
	TokenUse  TokenUse
	Scopes    []string // scope, split at blanks; nil for an ID token
	Groups    []string // cognito:groups
	ExpiresAt time.Time

	verified *verified // nil unless Verify made it
}

// ErrNotVerified says that [Verifier.Verify] did not make the claims, so that
// there is no token's payload to read.
var ErrNotVerified = errors.New("cognito: claims were not made by Verify")

// ErrDecode says that the payload does not fit into a Go type.
var ErrDecode = errors.New("cognito: payload does not fit")

// verified is the payload of a token. It stands behind a pointer, so that no verb
// of package fmt prints it with the claims.
type verified struct{ payload string }

// Decode reads the verified token's payload into what into points to, usually a
// struct with json tags, such as an ID token's email and email_verified:
//
//	var user struct {
//		Email    string `json:"email"`
//		Verified bool   `json:"email_verified"`
//	}
//	err := claims.Decode(&user)
//
// A name means the claim in exactly its case, nowhere in the payload is a name
// there twice, and a claim of another type than the field's is an error, never
// "absent". A claim that is null makes its field zero. Claims without a field are
// skipped, and fields without a claim left as they are. Decode reads the token, not
// the fields of c.
//
// Errors: [ErrNotVerified] if Verify did not make c, or the Claims that c is a
// copy of; [ErrDecode] if the payload does not fit, with the Go type that it does
// not fit into and nothing of the payload. Then into may be filled in part.
func (c *Claims) Decode(into any) error {
	if c == nil || c.verified == nil {
		return ErrNotVerified
	}
	err := json.Unmarshal([]byte(c.verified.payload), into)
	var wrong *json.SemanticError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong) && wrong.GoType != nil: // its own text may quote the payload
		return fmt.Errorf("%w: %T: want %s", ErrDecode, into, wrong.GoType)
	}
	return fmt.Errorf("%w: %T", ErrDecode, into)
}

// Each calls visit with each claim of the verified token's payload, in the
// payload's order: its name, and its value as JSON, which is valid until visit
// returns. It is for who has names at hand instead of a type, and costs no
// reflection.
//
// Errors: [ErrNotVerified] as for [Claims.Decode], or else visit's first.
func (c *Claims) Each(visit func(name string, value []byte) error) error {
	if c == nil || c.verified == nil {
		return ErrNotVerified
	}
	var r strictjson.Reader
	return r.Object([]byte(c.verified.payload), func(name string) error {
		value, err := r.ReadValue()
		if err != nil {
			return err // cannot happen: Verify has read it
		}
		return visit(name, value)
	})
}
