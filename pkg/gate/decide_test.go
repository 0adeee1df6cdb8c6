package gate_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
)

const denySub = `{"principalId":"11111111-2222-4333-8444-555555555555","policyDocument":{"Version":"2012-10-17",` +
	`"Statement":[{"Action":["execute-api:Invoke"],"Effect":"Deny","Resource":["arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/*"]}]}}`

// Each row is a verifier's answer; the gate's must not depend on the shape.
func TestWhatTheVerifierSays(t *testing.T) {
	t.Parallel()
	refuse := func(reason cognito.Reason) error { return &cognito.Refusal{Reason: reason} }
	noSubject := goodClaims()
	noSubject.Subject = ""
	denyAnonymous := testdata(t, "rest-token.deny.json")
	tests := []struct {
		name     string
		verifier gate.Verifier

		// What is wanted by OnReject: an answer to the REST token event, or an error.
		unauthorized, deny       string
		unauthorizedErr, denyErr error
	}{
		{"good", returns(goodClaims(), nil), testdata(t, "rest-token.allow.json"), testdata(t, "rest-token.allow.json"), nil, nil},
		{"missing token", returns(nil, refuse(cognito.ReasonMissingToken)), "", denyAnonymous, gate.ErrUnauthorized, nil},
		{"malformed", returns(nil, refuse(cognito.ReasonMalformed)), "", denyAnonymous, gate.ErrUnauthorized, nil},
		{"algorithm", returns(nil, refuse(cognito.ReasonAlgorithm)), "", denyAnonymous, gate.ErrUnauthorized, nil},
		{"issuer", returns(nil, refuse(cognito.ReasonIssuer)), "", denyAnonymous, gate.ErrUnauthorized, nil},
		{"unknown key", returns(nil, refuse(cognito.ReasonUnknownKey)), "", "", gate.ErrUnauthorized, gate.ErrUnauthorized},
		{"signature", returns(nil, refuse(cognito.ReasonSignature)), "", denyAnonymous, gate.ErrUnauthorized, nil},
		{"expired", returns(nil, refuse(cognito.ReasonExpired)), "", denyAnonymous, gate.ErrUnauthorized, nil},
		{"not yet valid", returns(nil, refuse(cognito.ReasonNotYetValid)), "", "", gate.ErrUnauthorized, gate.ErrUnauthorized},
		{"token use", returns(nil, refuse(cognito.ReasonTokenUse)), "", denyAnonymous, gate.ErrUnauthorized, nil},
		{"client", returns(nil, refuse(cognito.ReasonClient)), "", denyAnonymous, gate.ErrUnauthorized, nil},
		{"subject", returns(nil, refuse(cognito.ReasonSubject)), "", denyAnonymous, gate.ErrUnauthorized, nil},
		{"wrapped refusal", returns(nil, fmt.Errorf("outer: %w", refuse(cognito.ReasonExpired))), "", denyAnonymous, gate.ErrUnauthorized, nil},
		{"bare reason", returns(nil, cognito.ErrExpired), "", denyAnonymous, gate.ErrUnauthorized, nil},
		{"claims beside an error", returns(goodClaims(), refuse(cognito.ReasonExpired)), "", denyAnonymous, gate.ErrUnauthorized, nil},
		{"scope", returns(nil, &cognito.Refusal{Reason: cognito.ReasonScope, Claims: goodClaims()}), denySub, denySub, nil, nil},
		{"group", returns(nil, &cognito.Refusal{Reason: cognito.ReasonGroup, Claims: goodClaims()}), denySub, denySub, nil, nil},
		{"scope, caller unknown", returns(nil, refuse(cognito.ReasonScope)), denyAnonymous, denyAnonymous, nil, nil},
		{"scope, no subject", returns(nil, &cognito.Refusal{Reason: cognito.ReasonScope, Claims: noSubject}), denyAnonymous, denyAnonymous, nil, nil},
		{"scope, subject not UTF-8", returns(nil, &cognito.Refusal{Reason: cognito.ReasonScope, Claims: &cognito.Claims{Subject: "\xff"}}), "", "", gate.ErrUndecided, gate.ErrUndecided},
		{"keys unavailable", returns(nil, refuse(cognito.ReasonKeysUnavailable)), "", "", gate.ErrUndecided, gate.ErrUndecided},
		{"error without a reason", returns(nil, context.DeadlineExceeded), "", "", gate.ErrUndecided, gate.ErrUndecided},
		{"error spelled like the 401", returns(nil, errors.New("Unauthorized")), "", "", gate.ErrUndecided, gate.ErrUndecided},
		{"nil refusal", returns(goodClaims(), (*cognito.Refusal)(nil)), "", "", gate.ErrUndecided, gate.ErrUndecided},
		{"neither claims nor error", returns(nil, nil), "", "", gate.ErrUndecided, gate.ErrUndecided},
		{"no subject", returns(noSubject, nil), "", "", gate.ErrUndecided, gate.ErrUndecided},
		{"panic", verifierFunc(func(_ context.Context, authorization string) (*cognito.Claims, error) { panic(authorization) }),
			"", "", gate.ErrUndecided, gate.ErrUndecided},
		{"panic spelled like the 401", verifierFunc(func(context.Context, string) (*cognito.Claims, error) { panic(gate.ErrUnauthorized) }),
			"", "", gate.ErrUndecided, gate.ErrUndecided},
	}
	for _, tt := range tests {
		for _, reject := range []struct {
			name     string
			onReject gate.OnReject
			want     string
			wantErr  error
		}{
			{"unauthorized", gate.Unauthorized, tt.unauthorized, tt.unauthorizedErr},
			{"deny", gate.Deny, tt.deny, tt.denyErr},
		} {
			t.Run(tt.name+"/"+reject.name, func(t *testing.T) {
				t.Parallel()
				h := newHandler(t, gate.Config{Verifier: tt.verifier, OnReject: reject.onReject})
				got, err := h.Invoke(t.Context(), []byte(testdata(t, "rest-token.json")))
				if err != reject.wantErr { // the very error: a wrapper would have another text
					t.Fatalf("error = %v, want %v", err, reject.wantErr)
				}
				if diff := cmp.Diff(reject.want, string(got)); diff != "" {
					t.Errorf("answer (-want +got):\n%s", diff)
				}
				simple, err := h.Invoke(t.Context(), []byte(testdata(t, "http-2.0.json")))
				if err != reject.wantErr {
					t.Fatalf("simple: error = %v, want %v", err, reject.wantErr)
				}
				if got, want := string(simple), simpleOf(t, reject.want); got != want {
					t.Errorf("simple answer = %s, want %s", got, want)
				}
			})
		}
	}
}

// simpleOf returns the yes or no that goes with a policy.
func simpleOf(t *testing.T, answer string) string {
	t.Helper()
	switch {
	case answer == "":
		return ""
	case strings.Contains(answer, `"Effect":"Allow"`):
		return testdata(t, "http-2.0.allow.json")
	default:
		return testdata(t, "http-2.0.deny.json")
	}
}

func TestAccessRules(t *testing.T) {
	t.Parallel()
	const prod = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/"
	tests := []struct {
		name, rules string
		effect      string
		resources   string // without the stage's ARN
		authorized  bool   // this request, GET /notes/42
	}{
		{"opened by a scope", "notes/read=GET /notes/*", "Allow", "GET/notes/?*", true},
		{"opened by a group", "group:staff=* /*", "Allow", "*/*", true},
		{"all that the caller holds", "notes/read=GET /notes/*; group:staff=PUT /notes/*; group:admin=* /*", "Allow", "GET/notes/?* PUT/notes/?*", true},
		{"another path opened", "notes/read=GET /notes", "Allow", "GET/notes GET/notes/", false},
		{"another method opened", "notes/read=PUT /notes/*", "Allow", "PUT/notes/?*", false},
		{"nothing opened", "notes/write=* /*; group:admin=* /*", "Deny", "*", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHandler(t, gate.Config{Rules: accessRules(t, tt.rules)})
			answer, err := h.Invoke(t.Context(), []byte(testdata(t, "rest-request.json")))
			if err != nil {
				t.Fatal(err)
			}
			resources := `["` + prod + strings.ReplaceAll(tt.resources, " ", `","`+prod) + `"]`
			want := `{"principalId":"11111111-2222-4333-8444-555555555555","policyDocument":{"Version":"2012-10-17",` +
				`"Statement":[{"Action":["execute-api:Invoke"],"Effect":"` + tt.effect + `","Resource":` + resources + `}]}`
			if tt.effect == "Allow" {
				want += `,"context":` + contextOf(t, testdata(t, "http-2.0.allow.json"))
			}
			if diff := cmp.Diff(want+"}", string(answer)); diff != "" {
				t.Errorf("policy (-want +got):\n%s", diff)
			}
			simple, err := h.Invoke(t.Context(), []byte(testdata(t, "http-2.0.json")))
			if err != nil {
				t.Fatal(err)
			}
			wantSimple := testdata(t, "http-2.0.deny.json")
			if tt.authorized {
				wantSimple = testdata(t, "http-2.0.allow.json")
			}
			if diff := cmp.Diff(wantSimple, string(simple)); diff != "" {
				t.Errorf("simple answer (-want +got):\n%s", diff)
			}
		})
	}
}

// contextOf cuts the context out of a simple answer, where it comes last.
func contextOf(t *testing.T, simple string) string {
	t.Helper()
	_, context, ok := strings.Cut(strings.TrimSuffix(simple, "}"), `"context":`)
	if !ok {
		t.Fatalf("no context in %s", simple)
	}
	return context
}

// Several Authorization values are malformed, but never denied: API Gateway would
// cache the denial under one of them, which may be a good token.
func TestSeveralValuesAreNeverDenied(t *testing.T) {
	t.Parallel()
	h := newHandler(t, gate.Config{Verifier: returns(goodClaims(), nil), OnReject: gate.Deny})
	const one, two = `["Bearer a.b.c"]`, `["Bearer a.b.c","Bearer d.e.f"]`
	event := func(values string) []byte {
		return []byte(`{"type":"REQUEST","methodArn":"arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/v1/GET/notes","multiValueHeaders":{"Authorization":` + values + `}}`)
	}
	if answer, err := h.Invoke(t.Context(), event(one)); err != nil || answer == nil {
		t.Errorf("one value: got %s, %v, want an answer", answer, err)
	}
	if answer, err := h.Invoke(t.Context(), event(two)); err != gate.ErrUnauthorized || answer != nil {
		t.Errorf("two values: got %s, %v, want no answer and Unauthorized", answer, err)
	}
}
