// Command local is the whole system on one machine: the API behind a look-alike
// of API Gateway, a look-alike of a Cognito user pool, and the two Lambda
// handlers as they are deployed. The README lists its environment variables.
//
//	local          start everything and serve until interrupted
//	local --json   the same, with a log for machines
//	local token    print an access token of the local user pool
//	local drill    play the runbook of a key rotation on a system of its own
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends what the first has only asked to end
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "notegate:", err)
		os.Exit(1)
	}
}
