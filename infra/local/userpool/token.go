package userpool

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"
)

// issue signs the two tokens of a sign-in or a refresh, each with its own key.
// Both carry the session's origin_jti and auth_time, so a refresh keeps them. The
// hosted login gives an ID token only for openid, with what else was asked for.
// The customization is the trigger's, of the same request.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html
func (p *Pool) issue(c Client, u *user, s *session, nonce string, custom *customization) (*authenticationResult, error) {
	now := p.now()
	eventID := uuid.NewString()
	common := func(use string, lifetime time.Duration) jwt.MapClaims {
		claims := p.claims(c, u.Sub, use, now, lifetime)
		claims["auth_time"] = s.AuthTime.Unix()
		claims["origin_jti"] = s.key.originJTI()
		claims["event_id"] = eventID
		if len(u.Groups) > 0 {
			claims[claimGroups] = u.Groups
		}
		return claims
	}

	access := common("access", c.accessLifetime())
	access["client_id"] = s.ClientID
	access["scope"] = s.Scope
	access["username"] = u.Sub
	if s.Hosted {
		access["version"] = 2
	}
	custom.access(access)
	keys := p.keys.Load()
	accessToken := keys.access.sign(access)
	result := &authenticationResult{AccessToken: accessToken, ExpiresIn: int64(c.accessLifetime().Seconds()), TokenType: "Bearer"}
	if s.Hosted && !hasScope(s.Scope, scopeOpenID) {
		return result, nil
	}

	id := common("id", c.idLifetime())
	for name, value := range u.identity(s.Scope) {
		if c.mayRead(name) {
			id[name] = value
		}
	}
	id["aud"] = s.ClientID
	id["cognito:username"] = u.Sub
	roles, err := p.rolesOf(u)
	if err != nil {
		return nil, err
	}
	if roles.Roles != nil {
		id[claimRoles] = roles.Roles
	}
	if roles.PreferredRole != nil {
		id[claimPreferredRole] = *roles.PreferredRole
	}
	if s.Hosted {
		id["at_hash"] = base64.RawURLEncoding.EncodeToString([]byte(sha256Text(accessToken)[:16])) // OpenID Connect Core, section 3.1.3.6
	}
	if nonce != "" {
		id["nonce"] = nonce
	}
	custom.id(id)
	result.IDToken = keys.id.sign(id)
	return result, nil
}

// claims are those of every token, and the app client's own.
func (p *Pool) claims(c Client, sub, use string, now time.Time, lifetime time.Duration) jwt.MapClaims {
	claims := jwt.MapClaims{
		"sub":       sub,
		"iss":       p.issuer,
		"token_use": use,
		"auth_time": now.Unix(),
		"iat":       now.Unix(),
		"exp":       now.Add(lifetime).Unix(),
		"jti":       uuid.NewString(),
	}
	for name, value := range c.StaticClaims { // check has refused those that the pool sets
		claims[name] = value
	}
	return claims
}

// sign cannot fail: the key was checked, and the claims were JSON or are ours.
func (k signingKey) sign(claims jwt.MapClaims) string {
	t := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	// Cognito's header has no typ.
	t.Header = map[string]any{"kid": k.kid, "alg": jwt.SigningMethodRS256.Alg()}
	return must(t.SignedString(k.key))
}

func hasScope(scope, want string) bool { return slices.Contains(strings.Fields(scope), want) }

type accessClaims struct {
	jwt.RegisteredClaims
	TokenUse  string `json:"token_use"`
	Scope     string `json:"scope"`
	OriginJTI string `json:"origin_jti"`
}

// signedIn returns the user and the session that an access token speaks for, for
// the operations that Cognito lets a signed-in user do with that scope. Unlike
// those who only verify the signature, it knows revoked tokens.
func (p *Pool) signedIn(accessToken, scope string) (u *user, s *session, err error) {
	var claims accessClaims
	_, err = jwt.ParseWithClaims(accessToken, &claims, p.publicKey,
		jwt.WithValidMethods([]string{jwt.SigningMethodRS256.Alg()}),
		jwt.WithIssuer(p.issuer),
		jwt.WithExpirationRequired(),
		jwt.WithTimeFunc(p.now))
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return nil, nil, errAccessExpired
	case err != nil || claims.TokenUse != "access":
		return nil, nil, errAccessInvalid
	}
	err = p.db.View(func(tx *bolt.Tx) (err error) {
		if s, err = getSession(tx, keyOf(claims.Subject, claims.OriginJTI)); err != nil {
			return err
		}
		u, err = findUser(tx, claims.Subject)
		return err
	})
	switch {
	case err != nil:
		return nil, nil, err
	case s == nil || u == nil || s.Revoked:
		return nil, nil, errAccessRevoked
	case !hasScope(claims.Scope, scope): // a trigger may have changed it
		return nil, nil, errAccessScope
	}
	return u, s, nil
}

// publicKey is a [jwt.Keyfunc] over the published keys.
func (p *Pool) publicKey(t *jwt.Token) (any, error) {
	kid, _ := t.Header["kid"].(string)
	if key := p.keys.Load().public[kid]; key != nil {
		return key, nil
	}
	return nil, jwt.ErrTokenUnverifiable
}

// The scopes of OpenID Connect, and Cognito's own.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html
const (
	scopeOpenID = "openid"

	// adminScope is the one scope of tokens from InitiateAuth. It opens Cognito's
	// own operations on the signed-in user, GetUser and the like.
	adminScope = "aws.cognito.signin.user.admin"
)

// claimsOf lists what an identity scope opens.
var claimsOf = map[string][]string{
	"email": {"email", "email_verified"},
	"phone": {"phone_number", "phone_number_verified"},
	"profile": {
		"birthdate", "family_name", "gender", "given_name", "locale", "middle_name", "name", "nickname",
		"picture", "preferred_username", "profile", "updated_at", "website", "zoneinfo",
	},
}

func isIdentityScope(scope string) bool { return claimsOf[scope] != nil }

// identity returns what the scopes open of the user's attributes: openid by
// itself opens all.
func (u *user) identity(scope string) map[string]any {
	all := map[string]any{"email": u.Email, "email_verified": u.verified()}
	for name, value := range u.Attributes {
		all[name] = value
		if name == "phone_number_verified" {
			all[name] = value == "true"
		}
	}
	scopes := strings.Fields(scope)
	if !slices.ContainsFunc(scopes, isIdentityScope) {
		return all
	}
	some := map[string]any{}
	for _, s := range scopes {
		for _, name := range claimsOf[s] {
			if value, ok := all[name]; ok {
				some[name] = value
			}
		}
	}
	return some
}

// serveUserInfo answers the user's attributes, as far as the access token's
// scopes open them.
// https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html
func (p *Pool) serveUserInfo(w http.ResponseWriter, r *http.Request) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		token = ""
	}
	u, s, err := p.signedIn(token, scopeOpenID)
	if f, ok := errors.AsType[*fault](err); ok {
		w.Header().Set("WWW-Authenticate", fmt.Sprintf("Bearer error=%q, error_description=%q", "invalid_token", f.message))
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = fmt.Fprintf(w, `{"error":"invalid_token","error_description":%q}`, f.message)
		return
	}
	if err != nil {
		p.fail(w, "userInfo", err)
		return
	}
	info := u.identity(s.Scope)
	info["sub"] = u.Sub
	info["username"] = u.Sub
	for _, name := range []string{"email_verified", "phone_number_verified"} {
		if flag, ok := info[name]; ok {
			info[name] = fmt.Sprint(flag) // a string here, a boolean in the ID token
		}
	}
	writeJSON(w, info)
}
