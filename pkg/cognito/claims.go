package cognito

import "time"

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
