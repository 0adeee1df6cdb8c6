package cognitotest

import "maps"

const account = "123456789012"

// restEvent is what a REST API makes of GET /orders/42.
func restEvent(authorization string) map[string]any {
	headers := map[string]any{"Accept": "*/*", "Authorization": authorization, "Host": host, "User-Agent": "OrdersApp/1.4", "X-Forwarded-Proto": "https"}
	return map[string]any{
		"resource": "/orders/{id}", "path": "/orders/42", "httpMethod": "GET",
		"headers": headers, "multiValueHeaders": multi(headers),
		"queryStringParameters": nil, "multiValueQueryStringParameters": nil,
		"pathParameters": map[string]any{"id": "42"}, "stageVariables": nil,
		"requestContext": map[string]any{
			"accountId": account, "apiId": "a1b2c3d4e5", "domainName": host, "domainPrefix": "a1b2c3d4e5", "stage": "prod",
			"path": "/prod/orders/42", "resourceId": "roq9wj", "resourcePath": "/orders/{id}", "httpMethod": "GET", "protocol": "HTTP/1.1",
			"requestId": "deef4878-7910-11e6-8f14-25afc3e9ae33", "requestTime": "02/Jul/2026:11:50:00 +0000", "requestTimeEpoch": 1782993000000,
			"identity": map[string]any{"cognitoAuthenticationProvider": nil, "cognitoAuthenticationType": nil, "sourceIp": "203.0.113.7", "userAgent": "OrdersApp/1.4"},
		},
		"body": nil, "isBase64Encoded": false,
	}
}

func httpEvent1(authorization string) map[string]any {
	e := restEvent(authorization)
	e["version"] = "1.0"
	return e
}

func httpEvent2(authorization string) map[string]any {
	return map[string]any{
		"version": "2.0", "routeKey": "GET /orders/{id}", "rawPath": "/prod/orders/42", "rawQueryString": "",
		"headers":        map[string]any{"accept": "*/*", "authorization": authorization, "host": host, "user-agent": "OrdersApp/1.4", "x-forwarded-proto": "https"},
		"pathParameters": map[string]any{"id": "42"},
		"requestContext": map[string]any{
			"accountId": account, "apiId": "a1b2c3d4e5", "domainName": host, "domainPrefix": "a1b2c3d4e5", "stage": "prod",
			"http":      map[string]any{"method": "GET", "path": "/prod/orders/42", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7", "userAgent": "OrdersApp/1.4"},
			"requestId": "JKJaXmPLvHcESHA=", "routeKey": "GET /orders/{id}", "time": "02/Jul/2026:11:50:00 +0000", "timeEpoch": 1782993000000,
		},
		"isBase64Encoded": false,
	}
}

func webSocketConnect(authorization string) map[string]any {
	headers := map[string]any{"Authorization": authorization, "Host": host, "Sec-WebSocket-Version": "13"}
	e := webSocketMessage()
	delete(e, "body")
	e["headers"], e["multiValueHeaders"] = headers, multi(headers)
	context := e["requestContext"].(map[string]any)
	context["routeKey"], context["eventType"] = "$connect", "CONNECT"
	delete(context, "messageId")
	return e
}

func webSocketMessage() map[string]any {
	return map[string]any{
		"requestContext": map[string]any{
			"routeKey": "$default", "eventType": "MESSAGE", "messageDirection": "IN", "messageId": "R1knPc2ntjMCFIA=",
			"apiId": "a1b2c3d4e5", "domainName": host, "stage": "prod", "connectionId": "R1kmxc2VNjMCFIA=", "connectedAt": 1782992998000,
			"requestId": "R1knPH17NjMFftw=", "extendedRequestId": "R1knPH17NjMFftw=", "requestTime": "02/Jul/2026:11:50:00 +0000", "requestTimeEpoch": 1782993000000,
			"identity": map[string]any{"sourceIp": "203.0.113.7", "userAgent": "OrdersApp/1.4"},
		},
		"body": "{}", "isBase64Encoded": false,
	}
}

func appSyncAuthorization(authorization string, context map[string]any) map[string]any {
	context["apiId"], context["accountId"], context["requestId"] = "a1b2c3d4e5a1b2c3d4e5a1b2c3", account, "f4081827-1111-4444-5555-5cf4695f339f"
	return map[string]any{
		"authorizationToken": authorization, "requestContext": context,
		"requestHeaders": map[string]any{"authorization": authorization, "host": host, "user-agent": "OrdersApp/1.4"},
	}
}

func appSyncEvent(identity map[string]any) map[string]any {
	return map[string]any{
		"arguments": map[string]any{"id": "42"}, "identity": identity, "source": nil,
		"request": map[string]any{"headers": map[string]any{"host": host, "user-agent": "OrdersApp/1.4"}, "domainName": nil},
		"prev":    nil, "stash": map[string]any{},
		"info": map[string]any{"parentTypeName": "Query", "fieldName": "order", "variables": map[string]any{}, "selectionSetList": []string{"id"}, "selectionSetGraphQL": "{ id }"},
	}
}

// publishedEvent is what an Event API makes of what is published to /orders/42.
func publishedEvent(identity map[string]any) map[string]any {
	return map[string]any{
		"identity": identity, "events": []any{map[string]any{"id": "5f7dfbd1-b8ff-4c20-924e-23b42db467a0", "payload": map[string]any{"state": "sent"}}},
		"request": map[string]any{"headers": map[string]any{"host": host, "user-agent": "OrdersApp/1.4"}, "domainName": nil},
		"info": map[string]any{
			"channel":          map[string]any{"path": "/orders/42", "segments": []string{"orders", "42"}},
			"channelNamespace": map[string]any{"name": "orders"}, "operation": "PUBLISH",
		},
		"result": nil, "error": nil, "prev": nil, "stash": map[string]any{}, "outErrors": []any{},
	}
}

const host = "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com"

func multi(headers map[string]any) map[string]any {
	all := maps.Clone(headers)
	for name, value := range all {
		all[name] = []any{value}
	}
	return all
}
