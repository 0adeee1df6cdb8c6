package gate_test

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
	"github.com/notegate/notegate/pkg/gate"
	"github.com/notegate/notegate/pkg/policy"
)

// BenchmarkInvoke is the whole handler, from an event's bytes to an answer's,
// with the real verifier and a log that goes nowhere.
func BenchmarkInvoke(b *testing.B) {
	pool, now := cognitotest.NewPool(b), time.Now()
	verifier, err := cognito.NewVerifier(cognito.Config{Pools: []cognito.UserPool{pool.UserPool}, ClientIDs: []string{cognitotest.ClientID}})
	if err != nil {
		b.Fatal(err)
	}
	good := pool.AccessToken(b, now)
	expired := pool.AccessToken(b, now.Add(-2*time.Hour))
	rules := accessRules(b, "aws.cognito.signin.user.admin=GET /notes,GET /notes/*,POST /notes,PUT /notes/*,DELETE /notes/*")
	for _, bm := range []struct {
		name, token string
		rules       policy.Rules
		want        error
	}{
		{"allow", good, policy.Rules{}, nil},
		{"allow by rules", good, rules, nil},
		{"refuse without a key", expired, policy.Rules{}, gate.ErrUnauthorized},
	} {
		for _, shape := range shapes {
			b.Run(bm.name+"/"+shape, func(b *testing.B) {
				logger := slog.New(slog.NewJSONHandler(io.Discard, nil))
				handler := newHandler(b, gate.Config{Verifier: verifier, Rules: bm.rules, Logger: logger})
				event := []byte(strings.ReplaceAll(testdata(b, shape+".json"), goodValue, "Bearer "+bm.token))
				b.ReportAllocs()
				for b.Loop() {
					if _, err := handler.Invoke(context.Background(), event); err != bm.want {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
