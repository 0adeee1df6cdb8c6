package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/notegate/notegate/pkg/policy"
)

// BenchmarkAllowRoutes is from the method ARN of an event to the policy of a
// caller to whom every rule opens one route.
func BenchmarkAllowRoutes(b *testing.B) {
	const arn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/notes/42"
	for _, count := range []int{1, 50} {
		var text, scopes []string
		for i := range count {
			scopes = append(scopes, fmt.Sprintf("scope/%d", i))
			text = append(text, fmt.Sprintf("%s=GET /notes/%d/*", scopes[i], i))
		}
		rules, err := policy.ParseRules(strings.Join(text, "; "))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("rules=%d", count), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				parsed, err := policy.ParseMethodARN(arn)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := policy.AllowRoutes(parsed, rules.Routes(scopes, nil)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
