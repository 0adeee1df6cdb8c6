package function

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/google/go-cmp/cmp"
)

// With START set, the test's program is one that calls Start: its settings are
// what the variable says.
func TestMain(m *testing.M) {
	settings := os.Getenv("START")
	if settings == "" {
		os.Exit(m.Run())
	}
	Start(func(context.Context) (lambda.Handler, *slog.Logger, error) {
		if settings == "bad" {
			return nil, nil, errors.New("START is bad")
		}
		return handlerFunc(nil), Logger(slog.LevelInfo), nil
	})
}

// Only --version, as the one argument, keeps the program from opening its
// handler. Here no Lambda is there to serve, which package lambda logs.
func TestStart(t *testing.T) {
	t.Parallel()
	started := []string{"INFO started", "ERROR lambda runtime"}
	for rule, tt := range map[string]struct {
		settings string
		args     []string
		code     int
		out      string
		log      []string // level and message
	}{
		"the version":           {"bad", []string{"--version"}, 0, command() + " " + Version() + "\n", nil},
		"no argument":           {"good", nil, 1, "", started},
		"another argument":      {"good", []string{"version"}, 1, "", started},
		"an argument after it":  {"good", []string{"--version", "x"}, 1, "", started},
		"a handler not to open": {"bad", nil, 1, "", []string{"ERROR cannot start"}},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			var out, log bytes.Buffer
			cmd := exec.CommandContext(t.Context(), os.Args[0], tt.args...)
			cmd.Env = append(os.Environ(), "START="+tt.settings, "AWS_LAMBDA_RUNTIME_API=", "_LAMBDA_SERVER_PORT=")
			cmd.Stdout, cmd.Stderr = &out, &log
			if err := cmd.Run(); cmd.ProcessState.ExitCode() != tt.code || out.String() != tt.out {
				t.Errorf("got %v and %q, want code %d and %q", err, &out, tt.code, tt.out)
			}
			var got []string
			for lines := json.NewDecoder(&log); lines.More(); {
				var line struct{ Level, Msg, Version, Error string }
				if err := lines.Decode(&line); err != nil {
					t.Fatal(err)
				}
				if line.Msg != "lambda runtime" && line.Version != Version() || line.Msg == "cannot start" && line.Error != "START is bad" {
					t.Errorf("%s of version %q: %q", line.Msg, line.Version, line.Error)
				}
				got = append(got, line.Level+" "+line.Msg)
			}
			if diff := cmp.Diff(tt.log, got); diff != "" {
				t.Errorf("log (-want +got):\n%s", diff)
			}
		})
	}
}
