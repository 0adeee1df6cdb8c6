package cognitotest

import (
	"embed"
	"encoding/json"
	"strings"
	"testing"
)

// events are what API Gateway and AppSync make of one request, GET /orders/42 or
// what comes next to it: a WebSocket API's connection and a message on it, a query,
// or what is published to a channel.
//
//go:embed events
var events embed.FS

// event returns one of the events, with that Authorization value.
func event(t testing.TB, name, authorization string) (e map[string]any) {
	t.Helper()
	document, err := events.ReadFile("events/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	document = []byte(strings.ReplaceAll(string(document), `"AUTHORIZATION"`, string(marshal(t, authorization))))
	if err := json.Unmarshal(document, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// httpEvent1 is payload format 1.0, which is a REST API's with a version.
func httpEvent1(t testing.TB, authorization string) map[string]any {
	t.Helper()
	e := event(t, "rest", authorization)
	e["version"] = "1.0"
	return e
}
