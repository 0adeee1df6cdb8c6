package lambdatest_test

import (
	"testing"

	"github.com/notegate/notegate/infra/lambda/lambdatest"
)

// A search that finds nothing would keep every secret.
func TestLeaked(t *testing.T) {
	t.Parallel()
	const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl"
	for said, want := range map[string]string{
		token:                            token[:12],
		"cause: " + token[30:45] + "...": token[30 : 30+12],
		`["` + token[len(token)-12:]:     token[len(token)-12:],
		"eyJhbGciOiJ and c2lnbmF0dXJ":    "",
	} {
		if got := lambdatest.Leaked(said, token); got != want {
			t.Errorf("in %q: got %q, want %q", said, got, want)
		}
	}
	if got, want := lambdatest.Leaked("a short one", "short"), "short"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
