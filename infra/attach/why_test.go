package attach_test

import (
	"regexp"
	"strings"
	"testing"
)

// What every example sets, as its tool spells it. Where a setting is there several
// times, each time counts.
var settings = map[string]map[string]string{
	"sam/template.yaml": {
		"memory": `MemorySize:`, "timeout": `Timeout:`, "GOMAXPROCS": `GOMAXPROCS:`, "TTL": `ReauthorizeEvery:`,
		"permission": `FunctionArn: .*# for which|EnableFunctionDefaultPermissions:`, "payload": `FunctionPayloadType:|EnableSimpleResponses:`,
		"gateway responses": `GatewayResponses:|CorsConfiguration:`,
	},
	"cdk/gate.ts": {
		"memory": `memorySize:`, "timeout": `timeout:`, "GOMAXPROCS": `GOMAXPROCS:`, "permission": `export class Gate`,
	},
	"cdk/stack.ts": {
		"TTL": `resultsCacheTtl:`, "payload": `responseTypes:|identitySource: IdentitySource|handler: gate.handler, //`, "gateway responses": `'Default4xx'|corsPreflight:`,
	},
	"terraform/authorizer.tf": {"memory": `memory_size`, "timeout": `timeout `, "GOMAXPROCS": `GOMAXPROCS`},
	"terraform/rest.tf": {
		"TTL": `authorizer_result_ttl_in_seconds`, "permission": `"aws_lambda_permission" "rest_authorizer"`, "payload": `= "TOKEN"`,
		"gateway responses": `resource "aws_api_gateway_gateway_response"`,
	},
	"terraform/http.tf": {
		"TTL": `authorizer_result_ttl_in_seconds`, "permission": `"aws_lambda_permission" "http_authorizer"`, "payload": `enable_simple_responses`,
		"gateway responses": `cors_configuration`,
	},
	"serverless/serverless.yml": {
		"memory": `memorySize:`, "timeout": `timeout:`, "GOMAXPROCS": `GOMAXPROCS:`, "TTL": `resultTtlInSeconds:`, "permission": `AuthorizerPermission:`,
		"payload": `type: token|enableSimpleResponses:`, "gateway responses": `Default4xx:|cors:$|cors: #`,
	},
}

// Each example says in one line why it sets what it sets: in the line, or in the
// one above it.
func TestExamplesSayWhy(t *testing.T) {
	t.Parallel()
	for file, spelled := range settings {
		for _, problem := range unexplained(read(t, file), spelled) {
			t.Errorf("%s: %s", file, problem)
		}
	}
	const bare = "a: 1\nMemorySize: 256\n"
	for text, want := range map[string]int{bare: 1, "# why\n" + bare: 1, "a: 1\n": 1, "a: 1\nMemorySize: 256 # why\n": 0, "# why\nMemorySize: 256\n": 0} {
		if got := unexplained(text, map[string]string{"memory": `MemorySize:`}); len(got) != want {
			t.Errorf("%q: got %q, want %d of them", text, got, want)
		}
	}
}

// comment is one that says something.
var comment = regexp.MustCompile(`(^|\s)(#|//|/\*\*) *\w`)

// unexplained returns the settings that are not there, or without a reason.
func unexplained(text string, spelled map[string]string) (all []string) {
	lines := strings.Split(text, "\n")
	for setting, pattern := range spelled {
		found := false
		for i, line := range lines {
			if !regexp.MustCompile(pattern).MatchString(line) {
				continue
			}
			found = true
			if above := strings.TrimSpace(lines[max(i-1, 0)]); !comment.MatchString(line) && !(comment.MatchString(above) && strings.IndexAny(above, "#/") == 0) {
				all = append(all, setting+": it is not said why: "+strings.TrimSpace(line))
			}
		}
		if !found {
			all = append(all, setting+": not set")
		}
	}
	return all
}
