package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func apiCommand(getenv func(string) string, std streams) *cobra.Command {
	var o apiOptions
	var parameters, functions []string
	var authorizer string
	cmd := &cobra.Command{
		Use:   "api FILE",
		Short: "Run an API of your own: OpenAPI, Swagger or a SAM template",
		Long: "Serves the API that FILE defines as API Gateway would, with its authorizers, and runs its functions\n" +
			"as processes. Settings without an effect here are listed. A definition is refused if serving it would\n" +
			"let in anybody whom API Gateway would keep out.\n\n" + help(apiVariables),
		Example: "  local api template.yaml --param Stage=dev\n" +
			"  local api openapi.yaml --function Notes='go run ./notes' --authorizer gate=Authorizer",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			o.file = args[0]
			if o.parameters, err = pairs("--param", "VALUE", parameters); err != nil {
				return err
			}
			if o.functions, err = pairs("--function", "COMMAND", functions); err != nil {
				return err
			}
			if o.gate, err = ownGate(authorizer); err != nil {
				return err
			}
			return runAPI(cmd.Context(), o, getenv, std)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&functions, "function", nil, "`NAME=COMMAND` of a function: a program that speaks Lambda's Runtime API; blanks separate its arguments (repeatable)")
	flags.StringArrayVar(&parameters, "param", nil, "`NAME=VALUE` of a parameter (repeatable)")
	flags.StringVar(&o.api, "api", "", "`NAME` of the API, if the template makes several")
	flags.StringVar(&o.stage, "stage", "", "`NAME` of the stage, instead of the definition's")
	flags.StringVar(&authorizer, "authorizer", "", "`gate=NAME`: notegate's own authorizer replaces the function NAME")
	flags.BoolVar(&o.noPool, "no-pool", false, "do not start the local user pool")
	flags.StringArrayVar(&o.keys, "api-key", nil, "an API `KEY` that the API accepts (repeatable)")
	flags.BoolVar(&o.json, "json", false, "log JSON, for programs")
	return cmd
}

func checkCommand(getenv func(string) string, std streams) *cobra.Command {
	var o apiOptions
	var parameters []string
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "List what keeps an API from running here, and likely mistakes in it",
		Long: "Lists what `local api FILE` would refuse, what has no effect here, and what is usually a mistake,\n" +
			"each as FILE:LINE: name: what. Prints nothing if there is nothing to list. The exit code is 1 if\n" +
			"the API would be refused.",
		Example: "  local check template.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) (err error) {
			o.file = args[0]
			if o.parameters, err = pairs("--param", "VALUE", parameters); err != nil {
				return err
			}
			return checkAPI(o, getenv, std)
		},
	}
	cmd.Flags().StringArrayVar(&parameters, "param", nil, "`NAME=VALUE` of a parameter (repeatable)")
	cmd.Flags().StringVar(&o.api, "api", "", "`NAME` of the API, if the template makes several")
	cmd.Flags().BoolVar(&o.noPool, "no-pool", false, "as api --no-pool")
	return cmd
}

// pairs splits a flag's values at their first equal signs. What stands behind them
// is a VALUE, which may be empty, or a COMMAND.
func pairs(flag, kind string, values []string) (map[string]string, error) {
	out := map[string]string{}
	for _, value := range values {
		name, text, ok := strings.Cut(value, "=")
		if !ok || name == "" || kind == "COMMAND" && strings.TrimSpace(text) == "" {
			return nil, fmt.Errorf("%s %q: must have the form NAME=%s", flag, value, kind)
		}
		if _, twice := out[name]; twice {
			return nil, fmt.Errorf("%s: %s is given twice", flag, name)
		}
		out[name] = text
	}
	return out, nil
}

func ownGate(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	name, ok := strings.CutPrefix(value, "gate=")
	if !ok || name == "" {
		return "", fmt.Errorf("--authorizer %q: must have the form gate=NAME", value)
	}
	return name, nil
}
