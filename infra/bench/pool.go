package main

import (
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

// A pool signs tokens with the last of its two keys.
type pool struct {
	key    *rsa.PrivateKey
	kid    string
	keySet []byte // JSON, as Cognito publishes it
}

func newPool() (*pool, error) {
	p := &pool{}
	var set jwkset.JWKSMarshal
	for range 2 {
		var err error
		if p.key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			return nil, err
		}
		id := make([]byte, 32)
		rand.Read(id)
		p.kid = base64.StdEncoding.EncodeToString(id)
		public, err := jwkset.NewJWKFromKey(&p.key.PublicKey, jwkset.JWKOptions{
			Metadata: jwkset.JWKMetadataOptions{KID: p.kid, ALG: jwkset.AlgRS256, USE: jwkset.UseSig},
		})
		if err != nil {
			return nil, err
		}
		set.Keys = append(set.Keys, public.Marshal())
	}
	var err error
	p.keySet, err = json.Marshal(set)
	return p, err
}

// token returns an access token with the claims that Cognito gives it, good for
// an hour, after edit has changed them.
func (p *pool) token(issued time.Time, edit ...func(jwt.MapClaims)) (string, error) {
	claims := jwt.MapClaims{
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
	}
	for _, change := range edit {
		change(claims)
	}
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header = map[string]any{"kid": p.kid, "alg": "RS256"}
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
