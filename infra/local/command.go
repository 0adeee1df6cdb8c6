package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/notegate/notegate/pkg/function"
)

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// run is the command line. An error is for the caller to print.
func run(ctx context.Context, args []string, getenv func(string) string, std streams) error {
	root := newCommand(getenv, std)
	root.SetArgs(append([]string{}, args...)) // nil would be os.Args
	return root.ExecuteContext(ctx)
}

// newCommand returns the command and its subcommands.
func newCommand(getenv func(string) string, std streams) *cobra.Command {
	var options serveOptions
	root := &cobra.Command{
		Use:   "local",
		Short: "Run the API, the user pool and the notes on this machine",
		Long: "Runs the API, a user pool and the notes on this machine until Ctrl-C, and logs each request.\n" +
			"No AWS account, Docker or Node is needed.\n\n" + help(localVariables) + functionVariables,
		Example:       "  local\n  GATEWAY_ADDR=127.0.0.1:4000 local --open\n  local --json 2> requests.json",
		Version:       function.Version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          onlySubcommands,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return serve(cmd.Context(), options, getenv, std)
		},
	}
	flags := root.Flags()
	flags.BoolVar(&options.json, "json", false, "log JSON, for programs")
	flags.BoolVar(&options.open, "open", false, "open the page in a browser")
	flags.BoolVar(&options.preflights, "preflights", false, "log CORS preflights on lines of their own")
	root.SetVersionTemplate("notegate {{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(apiCommand(getenv, std), checkCommand(getenv, std), tokenCommand(getenv, std), drillCommand(std))
	root.InitDefaultHelpCmd()
	if help, _, err := root.Find([]string{"help"}); err == nil {
		help.Args = onlyTopics
	}
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	return root
}

// onlySubcommands refuses an unknown subcommand and names the nearest one.
func onlySubcommands(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var near []string
	for distance := 1; len(near) == 0; distance++ {
		cmd.SuggestionsMinimumDistance = distance
		near = cmd.SuggestionsFor(args[0])
	}
	return fmt.Errorf("unknown command %q; did you mean %q? `%s --help` lists all", args[0], near[0], cmd.CommandPath())
}

// onlyTopics refuses help about a command that is unknown.
func onlyTopics(help *cobra.Command, args []string) error {
	cmd, rest, err := help.Root().Find(args)
	switch {
	case err != nil:
		return err
	case cmd == help.Root():
		return onlySubcommands(cmd, rest)
	}
	return cobra.NoArgs(cmd, rest)
}

func tokenCommand(getenv func(string) string, std streams) *cobra.Command {
	return &cobra.Command{
		Use:     "token",
		Short:   "Print an access token of the local user pool",
		Long:    "Signs a user in to the running local user pool and prints only the access token.\n\n" + help(tokenVariables),
		Example: "  TOKEN=$(local token)\n  EMAIL=ann@example.com PASSWORD='Passw0rd!' local token",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return printToken(cmd.Context(), getenv, std.out)
		},
	}
}

func drillCommand(std streams) *cobra.Command {
	return &cobra.Command{
		Use:     "drill",
		Short:   "Play a key rotation from start to end",
		Long:    "Plays the runbook of a key rotation on a system of its own, on free ports, and prints what users see.\nIt fails at the first answer that is not the runbook's.",
		Example: "  local drill",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return drill(cmd.Context(), std.out)
		},
	}
}
