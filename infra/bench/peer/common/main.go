// Command common is a Lambda authorizer in the common Go way: aws-lambda-go's
// event types, golang-jwt and keyfunc with its defaults.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"os"
	"strings"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/golang-jwt/jwt/v5"
)

func main() {
	keys, err := keySet(os.Getenv("JWKS_FILE"), os.Getenv("JWKS_URL"))
	if err != nil {
		log.Fatal(err)
	}
	a := authorizer{keys: keys, issuer: os.Getenv("ISSUER"), client: os.Getenv("CLIENT_IDS")}
	lambda.Start(a.authorize)
}

func keySet(file, url string) (keyfunc.Keyfunc, error) {
	if file == "" {
		return keyfunc.NewDefault([]string{url})
	}
	document, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return keyfunc.NewJWKSetJSON(json.RawMessage(document))
}

type authorizer struct {
	keys           keyfunc.Keyfunc
	issuer, client string
}

type claims struct {
	jwt.RegisteredClaims
	TokenUse string `json:"token_use"`
	ClientID string `json:"client_id"`
	Username string `json:"username"`
	Scope    string `json:"scope"`
}

func (a authorizer) authorize(_ context.Context, event events.APIGatewayCustomAuthorizerRequest) (events.APIGatewayCustomAuthorizerResponse, error) {
	var c claims
	_, err := jwt.ParseWithClaims(strings.TrimPrefix(event.AuthorizationToken, "Bearer "), &c, a.keys.Keyfunc,
		jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(a.issuer), jwt.WithExpirationRequired())
	if err != nil || c.TokenUse != "access" || c.ClientID != a.client {
		return events.APIGatewayCustomAuthorizerResponse{}, errors.New("Unauthorized")
	}
	api, _, _ := strings.Cut(event.MethodArn, "/")
	stage, _, _ := strings.Cut(strings.TrimPrefix(event.MethodArn, api+"/"), "/")
	return events.APIGatewayCustomAuthorizerResponse{
		PrincipalID: c.Subject,
		PolicyDocument: events.APIGatewayCustomAuthorizerPolicy{
			Version:   "2012-10-17",
			Statement: []events.IAMPolicyStatement{{Action: []string{"execute-api:Invoke"}, Effect: "Allow", Resource: []string{api + "/" + stage + "/*"}}},
		},
		Context: map[string]any{"sub": c.Subject, "username": c.Username, "client_id": c.ClientID, "scope": c.Scope},
	}, nil
}
