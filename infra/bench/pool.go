package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"
)

const (
	issuer    = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Benchmark"
	clientID  = "1h57kf5cpq17m0eml12example"
	userID    = "d2c5a4b4-30a1-70f6-8a1e-3f2a9c0d7e61"
	methodARN = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/notes/42"
)

// A pool has what one user pool gives away: a key set of two keys, as Cognito
// publishes it, and tokens.
type pool struct {
	key     *rsa.PrivateKey
	keySet  []byte // JSON
	token   string // an access token with the claims that Cognito gives it
	expired string // the same, an hour too old
}

func newPool(now time.Time) (*pool, error) {
	p := &pool{}
	set := jwkset.NewMemoryStorage()
	var kid string
	for range 2 {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return nil, err
		}
		id := make([]byte, 32)
		rand.Read(id)
		p.key, kid = key, base64.StdEncoding.EncodeToString(id)
		public, err := jwkset.NewJWKFromKey(&key.PublicKey, jwkset.JWKOptions{
			Metadata: jwkset.JWKMetadataOptions{KID: kid, ALG: jwkset.AlgRS256, USE: jwkset.UseSig},
		})
		if err != nil {
			return nil, err
		}
		if err := set.KeyWrite(context.Background(), public); err != nil {
			return nil, err
		}
	}
	var err error
	if p.keySet, err = set.JSONPublic(context.Background()); err != nil {
		return nil, err
	}
	if p.token, err = p.sign(kid, now); err != nil {
		return nil, err
	}
	p.expired, err = p.sign(kid, now.Add(-2*time.Hour))
	return p, err
}

func (p *pool) sign(kid string, issued time.Time) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"sub":            userID,
		"cognito:groups": []string{"readers", "writers"},
		"iss":            issuer,
		"version":        2,
		"client_id":      clientID,
		"origin_jti":     "5c1f2f0e-6f0a-4a86-9c3b-0d9a6b1f7c55",
		"event_id":       "0b7d1b34-4f0e-4d27-b0d7-0c1d2b5e8a90",
		"token_use":      "access",
		"scope":          "aws.cognito.signin.user.admin openid notes/read notes/write",
		"auth_time":      issued.Unix(),
		"exp":            issued.Add(time.Hour).Unix(),
		"iat":            issued.Unix(),
		"jti":            "9a4c6e0b-2f57-4a39-8f5a-6b6f5f0c1d3e",
		"username":       userID,
	})
	token.Header = map[string]any{"kid": kid, "alg": "RS256"}
	return token.SignedString(p.key)
}

// authorizerEvent is what a REST API sends its TOKEN authorizer.
func authorizerEvent(token string) []byte {
	return fmt.Appendf(nil, `{"type":"TOKEN","methodArn":%q,"authorizationToken":"Bearer %s"}`, methodARN, token)
}

// notesEvent is what a REST API sends the notes function for GET /notes/42,
// once the authorizer has let the caller in.
func notesEvent(now time.Time) ([]byte, error) {
	caller := map[string]string{
		"principalId": userID, "sub": userID, "username": userID, "client_id": clientID,
		"scope": "notes/read notes/write", "exp": fmt.Sprint(now.Add(time.Hour).Unix()),
	}
	return json.Marshal(map[string]any{
		"resource": "/notes/{noteid}", "path": "/notes/42", "httpMethod": "GET",
		"headers":           map[string]string{"Accept": "application/json", "Host": "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com"},
		"multiValueHeaders": map[string][]string{"Accept": {"application/json"}, "Host": {"a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com"}},
		"pathParameters":    map[string]string{"noteid": "42"},
		"requestContext": map[string]any{
			"resourcePath": "/notes/{noteid}", "httpMethod": "GET", "path": "/prod/notes/42", "stage": "prod", "apiId": "a1b2c3d4e5",
			"accountId": "123456789012", "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "authorizer": caller,
		},
	})
}
