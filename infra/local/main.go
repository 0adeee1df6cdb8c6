// Command local is the whole system on one machine: the API behind a look-alike
// of API Gateway, a look-alike of a Cognito user pool, and the two Lambda
// handlers as they are deployed. Its --help lists commands and variables.
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
	err := run(ctx, os.Args[1:], os.Getenv, streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "notegate:", err)
		os.Exit(1)
	}
}
