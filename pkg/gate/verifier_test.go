package gate_test

import (
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
	"github.com/notegate/notegate/pkg/gate"
)

// Real tokens and the real verifier, from the event to the answer.
func TestWithUserPool(t *testing.T) {
	t.Parallel()
	now := time.Now()
	pool, foreign := cognitotest.NewPool(t), cognitotest.NewPool(t)
	verifier, err := cognito.NewVerifier(cognito.Config{Pools: []cognito.UserPool{pool.UserPool}, ClientIDs: []string{cognitotest.ClientID}})
	if err != nil {
		t.Fatal(err)
	}
	good := pool.AccessToken(t, now)
	tests := []struct {
		name, authorization string
		want                error
	}{
		{"good", "Bearer " + good, nil},
		{"scheme in another case", "bEARER " + good, nil},
		{"no scheme", good, nil},
		{"none", "", gate.ErrUnauthorized},
		{"two values", "Bearer " + good + ",Bearer " + good, gate.ErrUnauthorized},
		{"another scheme", "Basic " + good, gate.ErrUnauthorized},
		{"expired", "Bearer " + pool.AccessToken(t, now, func(c map[string]any) { c["exp"] = now.Add(-time.Minute).Unix() }), gate.ErrUnauthorized},
		{"foreign pool", "Bearer " + foreign.AccessToken(t, now), gate.ErrUnauthorized},
		{"signature cut", "Bearer " + good[:len(good)-8], gate.ErrUnauthorized},
	}
	for _, tt := range tests {
		for _, shape := range shapes {
			t.Run(tt.name+"/"+shape, func(t *testing.T) {
				t.Parallel()
				logger, out := jsonLog()
				h := newHandler(t, gate.Config{Verifier: verifier, Logger: logger})
				event := strings.ReplaceAll(testdata(t, shape+".json"), goodValue, tt.authorization)
				answer, err := h.Invoke(t.Context(), []byte(event))
				if err != tt.want {
					t.Fatalf("error = %v, want %v; log: %s", err, tt.want, out)
				}
				if got, want := allows(t, answer), tt.want == nil; got != want {
					t.Errorf("answer %s allows = %t, want %t", answer, got, want)
				}
				for _, part := range strings.FieldsFunc(tt.authorization, func(r rune) bool { return strings.ContainsRune(" .,", r) }) {
					if len(part) > 8 && strings.Contains(out.String(), part) {
						t.Errorf("the log holds a part of the token: %s", out)
					}
				}
			})
		}
	}
}

// allows reads an answer of either kind; no answer allows nothing.
func allows(t testing.TB, answer []byte) bool {
	t.Helper()
	if answer == nil {
		return false
	}
	var a struct {
		IsAuthorized   bool `json:"isAuthorized"`
		PolicyDocument struct {
			Statement []struct{ Effect string }
		} `json:"policyDocument"`
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		t.Fatalf("answer %q: %v", answer, err)
	}
	for _, s := range a.PolicyDocument.Statement {
		if s.Effect != "Deny" {
			return true
		}
	}
	return a.IsAuthorized
}
