package gate_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
)

// Payload format 2.0 is answered with the policy that format 1.0 gets, if that is
// asked for: for the same request it is the same.
func TestPolicyForPayloadFormat2(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]gate.Config{
		"allow": {},
		"rules": {Rules: accessRules(t, "notes/read=GET /notes,GET /notes/*; notes/write=POST /notes")},
		"deny":  {Verifier: returns(nil, cognito.ErrExpired), OnReject: gate.Deny},
	} {
		cfg.HTTPResponse = gate.PolicyResponse
		h := newHandler(t, cfg)
		for _, shape := range []string{"http-2.0", "http-1.0"} {
			got, err := h.Invoke(t.Context(), []byte(testdata(t, shape+".json")))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(testdata(t, "http-1.0."+name+".json"), string(got)); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", name, shape, diff)
			}
		}
	}
	refusing := newHandler(t, gate.Config{Verifier: returns(nil, cognito.ErrExpired), HTTPResponse: gate.PolicyResponse})
	if got, err := refusing.Invoke(t.Context(), []byte(testdata(t, "http-2.0.json"))); err != gate.ErrUnauthorized || got != nil {
		t.Errorf("a bad token: got %s, %v, want Unauthorized", got, err)
	}
}

// A rule that opens everything opens no WebSocket API: it is of methods and paths.
func TestNoRuleOpensAConnection(t *testing.T) {
	t.Parallel()
	event := []byte(testdata(t, "websocket.json"))
	for name, rules := range map[string]string{"of everything": "openid=* /*", "of others": "notes/write=GET /notes"} {
		got, err := newHandler(t, gate.Config{Rules: accessRules(t, rules)}).Invoke(t.Context(), event)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(testdata(t, "websocket.rules.json"), string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A WebSocket API takes an answer of 8 KB, so that there is less room for the
// context than with others.
func TestSizeOfAConnectionsAnswer(t *testing.T) {
	t.Parallel()
	const most = 8 << 10
	for name, subject := range map[string]string{"a user": goodClaims().Subject, "a long one": strings.Repeat("\x01", 128)} {
		claims := goodClaims()
		claims.Subject = subject
		var groups, none int // the last size that groups have in the answer, and the first that they do not
		for size := 4000; size < most; size += 13 {
			claims.Groups = []string{strings.Repeat("g", size+1)}
			answer, err := newHandler(t, gate.Config{Verifier: returns(claims, nil)}).Invoke(t.Context(), []byte(testdata(t, "websocket.json")))
			if err != nil {
				t.Fatal(err)
			}
			if len(answer) > most {
				t.Fatalf("%s: %d bytes, want at most %d", name, len(answer), most)
			}
			if strings.Contains(string(answer), `"groups"`) {
				groups = size
			} else if none == 0 {
				none = size
			}
		}
		if groups < 5000 || none <= groups {
			t.Errorf("%s: groups of %d bytes are in the answer, of %d not", name, groups, none)
		}
	}
}

// A context that fits a REST API may be too large for a WebSocket API even without
// what can be left out.
func TestContextTooLargeForAConnection(t *testing.T) {
	t.Parallel()
	cfg := gate.Config{Context: func(context.Context, *cognito.Claims) (map[string]string, error) {
		added := map[string]string{}
		for _, name := range "abcdefg" {
			added[string(name)] = strings.Repeat("x", 1024)
		}
		return added, nil
	}}
	for shape, want := range map[string]error{"rest-request": nil, "websocket": gate.ErrUndecided} {
		if _, err := newHandler(t, cfg).Invoke(t.Context(), []byte(testdata(t, shape+".json"))); err != want {
			t.Errorf("%s: got %v, want %v", shape, err, want)
		}
	}
}
