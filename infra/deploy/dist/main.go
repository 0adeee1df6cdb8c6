// Command dist makes what is deployed, all but authorizer.yaml below the ignored
// top-level folder dist:
//
//	dist zip dist/authorizer.zip dist/authorizer/bootstrap jwks.json
//	dist doors dist/doors
//	dist authorizer infra/deploy/template.yaml infra/deploy/authorizer.yaml
//	dist keyset -pool eu-west-1_AbCdEfGhI dist/jwks.json
//	dist keyset -file dist/jwks.json dist/authorizer/jwks.json
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
)

var errUsage = errors.New(`usage: dist zip ARCHIVE FILE...
       dist doors FOLDER
       dist authorizer TEMPLATE TARGET
       dist keyset -pool ID | -file FILE TARGET`)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); errors.Is(err, errUsage) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	} else if err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) < 2 {
		return errUsage
	}
	switch what, args := args[0], args[1:]; {
	case what == "zip" && len(args) >= 2:
		return zipFiles(args[0], args[1:])
	case what == "doors" && len(args) == 1:
		return writeDoors(args[0])
	case what == "authorizer" && len(args) == 2:
		return writeAuthorizer(args[0], args[1])
	case what == "keyset" && len(args) == 3 && args[0] == "-pool":
		return writeKeySet(args[2], func() ([]byte, error) { return download(ctx, args[1]) })
	case what == "keyset" && len(args) == 3 && args[0] == "-file":
		return writeKeySet(args[2], func() ([]byte, error) { return os.ReadFile(args[1]) })
	}
	return errUsage
}
