package gate_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
	"github.com/notegate/notegate/pkg/gate"
	"github.com/notegate/notegate/pkg/policy"
)

var _ lambda.Handler = (*gate.Handler)(nil)

// shapes are the kinds of API Gateway's events, named as their files in testdata.
// Those of AppSync, appSyncShapes, never get an error for a bad token: a query, a
// subscriber's connection, and an Event API's.
var (
	shapes        = []string{"rest-token", "rest-request", "http-1.0", "http-2.0", "websocket"}
	appSyncShapes = []string{"appsync", "appsync-connect", "appsync-events"}
)

// goodValue is the Authorization value of the events in testdata.
const goodValue = "Bearer header.payload.signature"

type verifierFunc func(ctx context.Context, authorization string) (*cognito.Claims, error)

func (f verifierFunc) Verify(ctx context.Context, authorization string) (*cognito.Claims, error) {
	return f(ctx, authorization)
}

func goodClaims() *cognito.Claims {
	return &cognito.Claims{
		Pool: "eu-central-1_EXAMPLE", Issuer: "https://issuer.example.com", TokenUse: cognito.AccessToken,
		Subject: "11111111-2222-4333-8444-555555555555", Username: "demo", ClientID: "client1",
		Scopes: []string{"openid", "notes/read"}, Groups: []string{"staff", "readers"},
		ExpiresAt: time.Unix(1782999767, 0),
	}
}

// fixedNow is an hour before goodClaims expire.
func fixedNow() time.Time { return time.Unix(1782996167, 0) }

// knowsGoodValue accepts goodValue and nothing else, as a verifier should.
func knowsGoodValue(_ context.Context, authorization string) (*cognito.Claims, error) {
	switch authorization {
	case goodValue:
		return goodClaims(), nil
	case "":
		return nil, &cognito.Refusal{Reason: cognito.ReasonMissingToken}
	}
	return nil, &cognito.Refusal{Reason: cognito.ReasonSignature}
}

func returns(claims *cognito.Claims, err error) verifierFunc {
	return func(context.Context, string) (*cognito.Claims, error) { return claims, err }
}

// newHandler fills in what a test does not care about.
func newHandler(t testing.TB, cfg gate.Config) *gate.Handler {
	t.Helper()
	if cfg.Verifier == nil {
		cfg.Verifier = verifierFunc(knowsGoodValue)
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = fixedNow
	}
	h, err := gate.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func accessRules(t testing.TB, text string) policy.Rules {
	t.Helper()
	rules, err := policy.ParseRules(text)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func testdata(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	verifier := verifierFunc(knowsGoodValue)
	tests := []struct {
		name string
		cfg  gate.Config
		want string
	}{
		{"no verifier", gate.Config{}, "gate: Verifier is nil"},
		{"unknown OnReject", gate.Config{Verifier: verifier, OnReject: 2}, "gate: unknown OnReject 2"},
		{"unknown HTTPResponse", gate.Config{Verifier: verifier, HTTPResponse: 2}, "gate: unknown HTTPResponse 2"},
		{"context claim of ours", gate.Config{Verifier: verifier, ContextClaims: []string{"exp"}}, `gate: context claims: "exp" is a name of the gate's own or of API Gateway's`},
		{"negative OnReject", gate.Config{Verifier: verifier, OnReject: -1}, "gate: unknown OnReject -1"},
	}
	if _, err := gate.New(gate.Config{Verifier: verifier}); err != nil {
		t.Fatalf("the least config: %v", err)
	}
	if _, err := gate.New(gate.Config{Verifier: verifier, ContextClaims: strings.Split("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p", ",")}); err != nil {
		t.Fatalf("16 context claims: %v", err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h, err := gate.New(tt.cfg)
			if err == nil {
				t.Fatalf("New = %v, want an error", h)
			}
			if got, want := err.Error(), tt.want; got != want {
				t.Errorf("error = %q, want %q", got, want)
			}
		})
	}
}

// API Gateway answers 401 to this text only, and a wrapper would change it.
func TestUnauthorizedIsTheWholeError(t *testing.T) {
	t.Parallel()
	for _, shape := range shapes {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			h := newHandler(t, gate.Config{Verifier: returns(nil, &cognito.Refusal{Reason: cognito.ReasonExpired})})
			answer, err := h.Invoke(t.Context(), []byte(testdata(t, shape+".json")))
			if err == nil || answer != nil {
				t.Fatalf("Invoke = %s, %v, want no answer and an error", answer, err)
			}
			if got, want := err.Error(), "Unauthorized"; got != want {
				t.Errorf("error = %q, want %q", got, want)
			}
			if got := errors.Unwrap(err); got != nil {
				t.Errorf("error wraps %v, want nothing", got)
			}
		})
	}
}

// rawJSON is a claim's value as it stands in the token.
func rawJSON(text string) json.RawMessage { return json.RawMessage(text) }

var sharedKey struct {
	sync.Once
	key cognitotest.Key
}

// poolKey is one key for all: keys take time to make.
func poolKey(t testing.TB) cognitotest.Key {
	sharedKey.Do(func() { sharedKey.key = cognitotest.NewKey(t) })
	return sharedKey.key
}
