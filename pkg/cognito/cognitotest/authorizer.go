package cognitotest

import "testing"

// An Authorizer is a kind of event that a Lambda authorizer gets.
type Authorizer string

const (
	AuthorizerRESTToken   Authorizer = "REST API, TOKEN"
	AuthorizerRESTRequest Authorizer = "REST API, REQUEST"
	AuthorizerHTTP1       Authorizer = "HTTP API, payload 1.0"
	AuthorizerHTTP2       Authorizer = "HTTP API, payload 2.0"
	AuthorizerWebSocket   Authorizer = "WebSocket API, $connect"
	AuthorizerAppSync     Authorizer = "AppSync"
	AuthorizerEventAPI    Authorizer = "AppSync, Event API"
)

// Authorizers returns all kinds, for tests that hold for each of them.
func Authorizers() []Authorizer {
	return []Authorizer{AuthorizerRESTToken, AuthorizerRESTRequest, AuthorizerHTTP1, AuthorizerHTTP2, AuthorizerWebSocket, AuthorizerAppSync, AuthorizerEventAPI}
}

// AuthorizerEvent returns the event that an authorizer of this kind gets for a
// request with that Authorization value: GET /orders/42 of stage prod, the
// connect request of a WebSocket API, a query of AppSync, or what is published to
// an Event API. Edits change the event, such as its path. An unknown kind fails
// the test.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
// https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#aws-lambda-authorization
// https://docs.aws.amazon.com/appsync/latest/eventapi/configure-event-api-auth.html
func AuthorizerEvent(t testing.TB, kind Authorizer, authorization string, edit ...func(event map[string]any)) []byte {
	t.Helper()
	const arn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/"
	var e map[string]any
	switch kind {
	case AuthorizerRESTToken:
		e = map[string]any{"type": "TOKEN", "methodArn": arn + "GET/orders/42", "authorizationToken": authorization}
	case AuthorizerRESTRequest:
		e = withoutBody(event(t, "rest", authorization))
		e["type"], e["methodArn"] = "REQUEST", arn+"GET/orders/42"
	case AuthorizerHTTP1:
		e = withoutBody(httpEvent1(t, authorization))
		delete(e, "multiValueHeaders")
		delete(e, "multiValueQueryStringParameters")
		e["type"], e["methodArn"], e["identitySource"], e["authorizationToken"] = "REQUEST", arn+"GET/orders/42", authorization, authorization
	case AuthorizerHTTP2:
		e = withoutBody(event(t, "http-2.0", authorization))
		e["type"], e["routeArn"], e["identitySource"] = "REQUEST", arn+"GET/orders/42", []string{authorization}
	case AuthorizerWebSocket:
		e = event(t, "websocket-connect", authorization)
		e["type"], e["methodArn"] = "REQUEST", arn+"$connect"
		delete(e, "isBase64Encoded")
	case AuthorizerAppSync:
		e = event(t, "appsync-authorizer", authorization)
	case AuthorizerEventAPI:
		e = event(t, "event-api-authorizer", authorization)
	default:
		t.Fatalf("cognitotest: no authorizer is %q", kind)
	}
	return marshal(t, changed(edit, e))
}

// withoutBody makes an authorizer's event of a function's.
func withoutBody(e map[string]any) map[string]any {
	delete(e, "body")
	delete(e, "isBase64Encoded")
	return e
}
