package cognitotest

import (
	"cmp"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"
)

// A Door is a way into a Lambda function: an API, and what verified the token.
type Door string

const (
	DoorRESTLambda       Door = "REST API, Lambda authorizer"
	DoorRESTCognito      Door = "REST API, Cognito authorizer"
	DoorRESTJWT          Door = "REST API, JWT authorizer"
	DoorRESTIAM          Door = "REST API, IAM and an identity pool"
	DoorHTTPLambda       Door = "HTTP API, Lambda authorizer"
	DoorHTTPLambda1      Door = "HTTP API, Lambda authorizer, payload 1.0"
	DoorHTTPJWT          Door = "HTTP API, JWT authorizer"
	DoorHTTPJWT1         Door = "HTTP API, JWT authorizer, payload 1.0"
	DoorWebSocketConnect Door = "WebSocket API, $connect"
	DoorWebSocket        Door = "WebSocket API, message"
	DoorAppSyncLambda    Door = "AppSync, Lambda authorization"
	DoorAppSyncCognito   Door = "AppSync, user pool"
	DoorEventAPILambda   Door = "AppSync, Event API, Lambda authorization"
)

// Doors returns all doors, for tests that hold for each of them.
func Doors() []Door {
	return []Door{DoorRESTLambda, DoorRESTCognito, DoorRESTJWT, DoorRESTIAM, DoorHTTPLambda, DoorHTTPLambda1, DoorHTTPJWT, DoorHTTPJWT1,
		DoorWebSocketConnect, DoorWebSocket, DoorAppSyncLambda, DoorAppSyncCognito, DoorEventAPILambda}
}

// FunctionEvent returns the event that a function gets through the door, for the
// request of [AuthorizerEvent] with a token of these claims, as
// [Pool.AccessClaims] and [Pool.IDClaims] return them: nothing is signed, and
// nothing is verified. Behind a Lambda authorizer the context is that of package
// gate without claims handed on. Edits change the event. An unknown door fails
// the test.
//
// Behind IAM the event has nothing of the token but its sub and the pool's id,
// and the pool is one of eu-west-1.
func FunctionEvent(t testing.TB, door Door, claims map[string]any, edit ...func(event map[string]any)) []byte {
	t.Helper()
	const authorization = "Bearer not.kept.here"
	claims = decoded(t, claims)
	var e, authorizer, identity map[string]any
	switch door {
	case DoorRESTLambda:
		e, authorizer = event(t, "rest", authorization), flatContext(t, claims)
	case DoorRESTCognito:
		e, authorizer = event(t, "rest", authorization), map[string]any{"claims": asStrings(t, claims, restCognito)}
	case DoorRESTJWT:
		e, authorizer = event(t, "rest", authorization), map[string]any{"claims": claims}
	case DoorRESTIAM:
		e = event(t, "rest", authorization)
		provider := "cognito-idp.eu-west-1.amazonaws.com/" + poolID(claims)
		identity := e["requestContext"].(map[string]any)["identity"].(map[string]any)
		identity["cognitoAuthenticationType"] = "authenticated"
		identity["cognitoAuthenticationProvider"] = provider + "," + provider + ":CognitoSignIn:" + text(t, claims["sub"])
	case DoorHTTPLambda:
		e, authorizer = event(t, "http-2.0", authorization), map[string]any{"lambda": gateContext(t, claims)}
	case DoorHTTPLambda1:
		e, authorizer = httpEvent1(t, authorization), flatContext(t, claims)
	case DoorHTTPJWT:
		e, authorizer = event(t, "http-2.0", authorization), map[string]any{"jwt": map[string]any{"claims": asStrings(t, claims, httpJWT), "scopes": nil}}
	case DoorHTTPJWT1:
		e, authorizer = httpEvent1(t, authorization), map[string]any{"claims": asStrings(t, claims, httpJWT), "scopes": nil}
	case DoorWebSocketConnect:
		e, authorizer = event(t, "websocket-connect", authorization), flatContext(t, claims)
	case DoorWebSocket:
		e, authorizer = event(t, "websocket", authorization), flatContext(t, claims)
	case DoorAppSyncLambda:
		e, identity = event(t, "appsync", authorization), map[string]any{"resolverContext": gateContext(t, claims)}
	case DoorEventAPILambda:
		e, identity = event(t, "event-api", authorization), map[string]any{"handlerContext": gateContext(t, claims)}
	case DoorAppSyncCognito:
		e, identity = event(t, "appsync", authorization), map[string]any{
			"claims": claims, "sub": claims["sub"], "issuer": claims["iss"], "username": cmp.Or(claims["username"], claims["cognito:username"]),
			"groups": claims["cognito:groups"], "sourceIp": []string{"203.0.113.7"}, "defaultAuthStrategy": "ALLOW",
		}
	default:
		t.Fatalf("cognitotest: no door is %q", door)
	}
	if identity != nil {
		e["identity"] = identity
	}
	if authorizer != nil {
		e["requestContext"].(map[string]any)["authorizer"] = authorizer
	}
	return marshal(t, changed(edit, e))
}

// gateContext is what package gate hands on of a token, in strings.
func gateContext(t testing.TB, claims map[string]any) map[string]any {
	c := map[string]any{
		"sub": claims["sub"], "username": cmp.Or(claims["username"], claims["cognito:username"]), "client_id": cmp.Or(claims["client_id"], claims["aud"]),
		"scope": claims["scope"], "exp": text(t, claims["exp"]),
	}
	var plain []string
	groups, _ := claims["cognito:groups"].([]any)
	for _, group := range groups {
		if strings.ContainsFunc(text(t, group), unicode.IsSpace) {
			c["groups_json"] = string(marshal(t, groups))
		} else {
			plain = append(plain, text(t, group))
		}
	}
	c["groups"] = strings.Join(plain, " ")
	for name, value := range c {
		if s, isText := value.(string); !isText || s == "" {
			delete(c, name)
		}
	}
	return c
}

// flatContext is a context as it lies beside what API Gateway adds.
func flatContext(t testing.TB, claims map[string]any) map[string]any {
	c := gateContext(t, claims)
	c["principalId"], c["integrationLatency"] = claims["sub"], 12
	return c
}

// asStrings are the claims, without nulls, as a door writes them that makes
// strings of all.
func asStrings(t testing.TB, claims map[string]any, write func(t testing.TB, name string, value any) string) map[string]any {
	all := map[string]any{}
	for name, value := range claims {
		if value != nil {
			all[name] = write(t, name, value)
		}
	}
	return all
}

// restCognito joins arrays by commas, and makes Java dates of two times.
func restCognito(t testing.TB, name string, value any) string {
	switch value := value.(type) {
	case json.Number:
		if seconds, err := value.Int64(); err == nil && (name == "exp" || name == "iat") {
			return time.Unix(seconds, 0).UTC().Format("Mon Jan 02 15:04:05 UTC 2006")
		}
	case []any:
		return joined(t, value, ",")
	}
	return text(t, value)
}

// httpJWT writes arrays as [a b].
func httpJWT(t testing.TB, _ string, value any) string {
	if array, ok := value.([]any); ok {
		return "[" + joined(t, array, " ") + "]"
	}
	return text(t, value)
}

// joined are the texts of an array.
func joined(t testing.TB, values []any, separator string) string {
	all := make([]string, len(values))
	for i, value := range values {
		all[i] = text(t, value)
	}
	return strings.Join(all, separator)
}

// text is a string as it is, nothing for a claim that is missing, and JSON of
// everything else.
func text(t testing.TB, value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	}
	return string(marshal(t, value))
}

// decoded are the claims as JSON has them.
func decoded(t testing.TB, claims map[string]any) (out map[string]any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(string(marshal(t, claims))))
	decoder.UseNumber()
	if err := decoder.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}
