package main_test

import (
	"os/exec"
	"strings"
	"testing"
)

// The drill checks each sight itself; here that it comes to its end, on its own
// ports, and says what an operator wants to know.
func TestDrill(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), binary, "drill").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		"1. Ann and Bob use the app.",
		"/_local/rotate?revoke=true'\n",
		`sees 401 {"message":"Unauthorized"}`, "unknown_kid\n",
		`sees 500 {"message":null}`, "keys_unavailable\n",
		"9. The key set is back",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
