package cognitotest

import (
	"fmt"
	"slices"
	"strings"
)

// An Edit changes the claims of the next token, for [Pool.AccessToken],
// [Pool.IDToken] and [FunctionEvent]. Several are applied in their order.
type Edit = func(claims map[string]any)

// WithClaim sets a claim, as a pre token generation trigger does. The value is
// what json.Marshal makes of it.
func WithClaim(name string, value any) Edit {
	return func(claims map[string]any) { claims[name] = value }
}

// WithoutClaim takes claims away.
func WithoutClaim(names ...string) Edit {
	return func(claims map[string]any) {
		for _, name := range names {
			delete(claims, name)
		}
	}
}

// InGroups makes the user a member of these groups, and of no others.
func InGroups(names ...string) Edit { return WithClaim("cognito:groups", names) }

// WithScopes gives an access token these scopes, and no others.
func WithScopes(names ...string) Edit { return WithClaim("scope", strings.Join(names, " ")) }

// ForUser makes the token another user's: sub, and the user name of both kinds
// of token.
func ForUser(sub string) Edit {
	return func(claims map[string]any) {
		claims["sub"] = sub
		setName(claims, sub)
	}
}

// ForClient issues the token to another app client: client_id of an access
// token, aud of an ID token.
func ForClient(id string) Edit {
	return func(claims map[string]any) {
		if claims["token_use"] == "id" {
			claims["aud"] = id
		} else {
			claims["client_id"] = id
		}
	}
}

// Expired lets the token expire as it is issued, so that it is an expired one
// from now on.
func Expired(claims map[string]any) { claims["exp"] = claims["iat"] }

// Machine makes the access token one of the client credentials grant: the app
// client is its sub, it names no user, and its scopes are a resource server's.
// There is no such ID token.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
func Machine(scopes ...string) Edit {
	return func(claims map[string]any) {
		WithoutClaim("username", "origin_jti", "event_id", "cognito:groups")(claims)
		WithScopes(scopes...)(claims)
		claims["sub"], claims["version"] = claims["client_id"], 2
	}
}

// Federated makes the token that of a user who signed in with another provider,
// by the hosted login: the user name is PROVIDER_ID, the pool has a group for the
// provider's users, and an ID token says who the provider was.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
func Federated(provider, id string) Edit {
	return func(claims map[string]any) {
		setName(claims, provider+"_"+id)
		groups, _ := claims["cognito:groups"].([]string)
		claims["cognito:groups"] = append(slices.Clone(groups), poolID(claims)+"_"+provider)
		if claims["token_use"] == "id" {
			claims["identities"] = []map[string]any{{
				"userId": id, "providerName": provider, "providerType": provider, "issuer": nil, "primary": "true",
				"dateCreated": fmt.Sprintf("%v000", claims["auth_time"]),
			}}
			return
		}
		claims["version"] = 2
		WithScopes("openid", "email")(claims)
	}
}

func setName(claims map[string]any, name string) {
	if claims["token_use"] == "id" {
		claims["cognito:username"] = name
	} else {
		claims["username"] = name
	}
}

// poolID is the end of the issuer.
func poolID(claims map[string]any) string {
	iss, _ := claims["iss"].(string)
	return iss[strings.LastIndex(iss, "/")+1:]
}
