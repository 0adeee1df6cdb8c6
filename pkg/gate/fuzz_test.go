package gate_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
)

// Whatever the event, a verifier that accepts nobody lets nobody in, and one
// that accepts everybody opens the stage of the event's own method ARN, as far as
// the rules go, and nothing else: that ARN has no wildcard before its path.
func FuzzInvoke(f *testing.F) {
	refusing := returns(nil, &cognito.Refusal{Reason: cognito.ReasonSignature})
	accepting := returns(goodClaims(), nil)
	rules := accessRules(f, "notes/read=GET /notes,GET /notes/*; notes/write=* /*")
	for _, shape := range slices.Concat(shapes, appSyncShapes) {
		f.Add([]byte(testdata(f, shape+".json")))
	}
	everywhere, err := gate.ParseTokenFrom("header:Authorization,cookie:token,query:token")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, event []byte) {
		for _, onReject := range []gate.OnReject{gate.Unauthorized, gate.Deny} {
			answer, err := newHandler(t, gate.Config{Verifier: refusing, OnReject: onReject}).Invoke(t.Context(), event)
			if allows(t, answer) {
				t.Fatalf("allowed: %s", answer)
			}
			if (answer == nil) == (err == nil) {
				t.Fatalf("Invoke = %s, %v, want one of the two", answer, err)
			}
		}
		answer, err := newHandler(t, gate.Config{Verifier: accepting}).Invoke(t.Context(), event)
		switch {
		case err == nil:
			if !allows(t, answer) {
				t.Fatalf("good token refused: %s", answer)
			}
			checkOpened(t, event, answer, "/*")
		case !errors.Is(err, gate.ErrEvent) && err != gate.ErrUnauthorized: // several Authorization values
			t.Fatalf("error = %v, want ErrEvent or ErrUnauthorized", err)
		}
		ruled, ruledErr := newHandler(t, gate.Config{Verifier: accepting, Rules: rules}).Invoke(t.Context(), event)
		if (ruledErr == nil) != (err == nil) {
			t.Fatalf("error = %v with rules and %v without", ruledErr, err)
		}
		if allows(t, ruled) { // else it denies all: WebSocket APIs and AppSync have no routes
			checkOpened(t, event, ruled, "/GET/notes", "/GET/notes/", "/GET/notes/?*")
		}
		if simply(t, ruled) {
			checkRead(t, event)
		}
		asPolicy, policyErr := newHandler(t, gate.Config{Verifier: accepting, HTTPResponse: gate.PolicyResponse}).Invoke(t.Context(), event)
		if (policyErr == nil) != (err == nil) {
			t.Fatalf("error = %v with policies and %v without", policyErr, err)
		}
		checkOpened(t, event, asPolicy, "/*")
		checkOneToken(t, everywhere, event)
	})
}

// checkOneToken asserts that of several sources the verifier is asked about one
// token, which the event holds as it is.
func checkOneToken(t *testing.T, from gate.TokenFrom, event []byte) {
	t.Helper()
	h := newHandler(t, gate.Config{TokenFrom: from, Verifier: verifierFunc(func(_ context.Context, value string) (*cognito.Claims, error) {
		var decoded any
		if err := json.Unmarshal(event, &decoded); err != nil {
			t.Fatal(err)
		}
		if !holds(decoded, value) {
			t.Errorf("the verifier got %q, which is no part of %s", value, event)
		}
		return goodClaims(), nil
	})})
	if answer, err := h.Invoke(t.Context(), event); (answer == nil) == (err == nil) {
		t.Fatalf("Invoke = %s, %v, want one of the two", answer, err)
	}
}

// holds reports whether a text is in one of the document's.
func holds(document any, text string) bool {
	switch d := document.(type) {
	case string:
		return strings.Contains(d, text)
	case []any:
		return slices.ContainsFunc(d, func(e any) bool { return holds(e, text) })
	case map[string]any:
		for _, value := range d {
			if holds(value, text) {
				return true
			}
		}
	}
	return text == ""
}

// checkOpened asserts that an answer which is a policy opens these targets below
// the stage of the event's method ARN, and no more. It reads event and ARN by
// itself. No answer and a simple one open no more than the request that asked,
// see checkRead.
func checkOpened(t *testing.T, event, answer []byte, targets ...string) {
	t.Helper()
	got, isPolicy := opened(t, answer)
	if !isPolicy {
		return
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(event, &members); err != nil {
		t.Fatal(err)
	}
	var arn string
	var version string
	if json.Unmarshal(members["version"], &version); version == "2.0" {
		members["methodArn"] = members["routeArn"]
	}
	if err := json.Unmarshal(members["methodArn"], &arn); err != nil {
		t.Fatalf("a policy for an event without a method ARN: %v", err)
	}
	api, rest, _ := strings.Cut(arn, "/")
	stage, _, _ := strings.Cut(rest, "/")
	if stage == "*" { // of a sample event, in a policy that opens no stage
		stage = "$" + "{*}"
	} else if strings.ContainsAny(api+stage, "*?{") { // wildcards and variables of IAM
		t.Errorf("a policy for %q, whose API or stage is not literal", arn)
	}
	for i, target := range targets {
		targets[i] = api + "/" + stage + target
	}
	if !slices.Equal(got, targets) {
		t.Errorf("for %q: opened %q, want %q", arn, got, targets)
	}
}

// opened returns what a policy does not deny.
func opened(t *testing.T, answer []byte) (resources []string, isPolicy bool) {
	t.Helper()
	var a struct {
		PolicyDocument *struct {
			Statement []struct {
				Effect   string
				Resource []string
			}
		} `json:"policyDocument"`
	}
	if err := json.Unmarshal(answer, &a); answer != nil && err != nil {
		t.Fatalf("answer %q: %v", answer, err)
	}
	if a.PolicyDocument == nil {
		return nil, false
	}
	for _, s := range a.PolicyDocument.Statement {
		if s.Effect != "Deny" {
			resources = append(resources, s.Resource...)
		}
	}
	return resources, true
}

// simply tells whether the answer is a simple one that allows.
func simply(t *testing.T, answer []byte) bool {
	t.Helper()
	var a struct{ IsAuthorized bool }
	if err := json.Unmarshal(answer, &a); answer != nil && err != nil {
		t.Fatalf("answer %q: %v", answer, err)
	}
	return a.IsAuthorized
}

// checkRead asserts that the event asks to read notes, which is what the rules
// grant the token.
func checkRead(t *testing.T, event []byte) {
	t.Helper()
	var members map[string]json.RawMessage
	if err := json.Unmarshal(event, &members); err != nil {
		t.Fatal(err)
	}
	var arn string
	if err := json.Unmarshal(members["routeArn"], &arn); err != nil {
		t.Fatalf("a simple answer to an event without a route ARN: %v", err)
	}
	parts := strings.SplitN(arn, "/", 4) // API, stage, method, path
	if len(parts) < 4 || parts[2] != "GET" || parts[3] != "notes" && (!strings.HasPrefix(parts[3], "notes/") || parts[3] == "notes/") {
		t.Errorf("allowed %q by rules for GET /notes and GET /notes/*", arn)
	}
}
