package policy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/pkg/policy"
)

const validARN = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/GET/notes/42"

func TestParseMethodARN(t *testing.T) {
	t.Parallel()
	valid := policy.MethodARN{
		Partition: "aws", Region: "eu-central-1", Account: "123456789012",
		APIID: "a1b2c3d4e5", Stage: "prod", Method: "GET", Path: "/notes/42",
	}
	with := func(change func(*policy.MethodARN)) policy.MethodARN {
		arn := valid
		change(&arn)
		return arn
	}
	tests := []struct {
		name, arn string
		want      policy.MethodARN
	}{
		{"valid", validARN, valid},
		{"root path", "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/GET/",
			with(func(a *policy.MethodARN) { a.Path = "/" })},
		{"empty first segment", "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/GET//notes",
			with(func(a *policy.MethodARN) { a.Path = "//notes" })},
		{"trailing slash", validARN + "/",
			with(func(a *policy.MethodARN) { a.Path = "/notes/42/" })},
		{"wildcards, colons and escapes in the path", "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/GET/*/a?b:c/%2F d/é",
			with(func(a *policy.MethodARN) { a.Path = "/*/a?b:c/%2F d/é" })},
		{"HTTP API's default stage", "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/$default/GET/notes/42",
			with(func(a *policy.MethodARN) { a.Stage = "$default" })},
		{"console's test stage", "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/ESTestInvoke-stage/GET/notes/42",
			with(func(a *policy.MethodARN) { a.Stage = "ESTestInvoke-stage" })},
		{"GovCloud", "arn:aws-us-gov:execute-api:us-gov-west-1:123456789012:a1b2c3d4e5/prod/GET/notes/42",
			with(func(a *policy.MethodARN) { a.Partition, a.Region = "aws-us-gov", "us-gov-west-1" })},
		{"preflight", "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/OPTIONS/notes/42",
			with(func(a *policy.MethodARN) { a.Method = "OPTIONS" })},
		{"stage of AWS's sample events", "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/*/GET/",
			with(func(a *policy.MethodARN) { a.Stage, a.Path = "*", "/" })},
		{"1600 bytes", validARN + strings.Repeat("x", 1600-len(validARN)),
			with(func(a *policy.MethodARN) { a.Path += strings.Repeat("x", 1600-len(validARN)) })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := policy.ParseMethodARN(tt.arn)
			if err != nil {
				t.Fatalf("ParseMethodARN(%q): %v", tt.arn, err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ParseMethodARN(%q) (-want +got):\n%s", tt.arn, diff)
			}
			if got, want := got.String(), tt.arn; got != want {
				t.Errorf("String() = %q, want %q", got, want)
			}
		})
	}
}

func TestParseMethodARNRefuses(t *testing.T) {
	t.Parallel()
	if _, err := policy.ParseMethodARN(validARN); err != nil {
		t.Fatalf("the valid ARN: %v", err)
	}
	tests := []struct{ name, old, new string }{
		{"not an ARN", "arn:", "urn:"},
		{"another service", "execute-api", "lambda"},
		{"wildcard service", "execute-api", "*"},
		{"no partition", ":aws:", "::"},
		{"wildcard partition", ":aws:", ":*:"},
		{"blank in the partition", ":aws:", ":a s:"},
		{"long partition", ":aws:", ":" + strings.Repeat("a", 17) + ":"},
		{"no region", "eu-central-1", ""},
		{"wildcard region", "eu-central-1", "eu-*"},
		{"region in capitals", "eu-central-1", "EU-central-1"},
		{"long region", "eu-central-1", strings.Repeat("a", 33)},
		{"no account", "123456789012", ""},
		{"short account", "123456789012", "12345678901"},
		{"long account", "123456789012", "1234567890123"},
		{"wildcard account", "123456789012", "12345678901*"},
		{"no API id", "a1b2c3d4e5", ""},
		{"wildcard API id", "a1b2c3d4e5", "*"},
		{"wildcard at the API id's end", "a1b2c3d4e5", "a1b2*"},
		{"question mark in the API id", "a1b2c3d4e5", "a1b2c3d4e?"},
		{"blank in the API id", "a1b2c3d4e5", "a1b2 3d4e5"},
		{"line feed after the API id", "a1b2c3d4e5", "a1b2c3d4e5\n"},
		{"colon in the API id", "a1b2c3d4e5", "a1b2:c3d4e5"},
		{"long API id", "a1b2c3d4e5", strings.Repeat("a", 33)},
		{"no stage", "/prod/", "//"},
		{"wildcard in a stage's name", "/prod/", "/pro*/"},
		{"variable for a literal asterisk as the stage", "/prod/", "/${*}/"},
		{"question mark in the stage", "/prod/", "/pro?/"},
		{"policy variable as the stage", "/prod/", "/${aws:userid}/"},
		{"default stage and more", "/prod/", "/$defaults/"},
		{"long stage", "/prod/", "/" + strings.Repeat("a", 129) + "/"},
		{"no method", "/GET/", "//"},
		{"wildcard method", "/GET/", "/*/"},
		{"method in lower case", "/GET/", "/get/"},
		{"long method", "/GET/", "/" + strings.Repeat("A", 17) + "/"},
		{"no path", "/GET/notes/42", "/GET"},
		{"WebSocket connect", "/GET/notes/42", "/$connect"},
		{"cut before the resource", ":a1b2c3d4e5/prod/GET/notes/42", ""},
		{"cut after the service", ":eu-central-1:123456789012:a1b2c3d4e5/prod/GET/notes/42", ""},
		{"arn alone", validARN[len("arn"):], ""},
		{"empty", validARN, ""},
		{"1601 bytes", validARN, validARN + strings.Repeat("x", 1601-len(validARN))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			arn := strings.Replace(validARN, tt.old, tt.new, 1)
			if arn == validARN {
				t.Fatal("the row changes nothing")
			}
			got, err := policy.ParseMethodARN(arn)
			if !errors.Is(err, policy.ErrARN) {
				t.Fatalf("ParseMethodARN(%q) = %+v, %v, want ErrARN", arn, got, err)
			}
			if (got != policy.MethodARN{}) {
				t.Errorf("ParseMethodARN(%q) = %+v beside its error, want the zero value", arn, got)
			}
		})
	}
}
