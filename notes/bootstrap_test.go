package main_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/interop"
	"github.com/notegate/notegate/infra/lambda/lambdatest"
	"github.com/notegate/notegate/pkg/note/dynamo"
)

// The binary, as it is deployed, over the Runtime API: a recorded event of the
// default front door, changed in one place per row, and the table behind it.
func TestBootstrap(t *testing.T) {
	endpoint := interop.Dynalite(t)
	client := dynamodb.New(dynamodb.Options{
		BaseEndpoint: &endpoint, Region: "eu-west-1", Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	if err := dynamo.CreateTable(t.Context(), client, "Notes"); err != nil {
		t.Fatal(err)
	}
	function := lambdatest.Start(t, lambdatest.Build(t, "."),
		"AWS_ENDPOINT_URL_DYNAMODB="+endpoint, "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local")

	for _, tt := range []struct {
		name   string
		change func(event map[string]any)
		status int
		body   string
	}{
		{"no caller", func(e map[string]any) { e["requestContext"].(map[string]any)["authorizer"] = nil }, 401, `{"message":"Unauthorized"}`},
		{"an expired caller", func(e map[string]any) {
			e["requestContext"].(map[string]any)["authorizer"].(map[string]any)["exp"] = "1"
		}, 401, `{"message":"Unauthorized"}`},
		{"no note yet", func(map[string]any) {}, 404, `{"message":"There is no such note"}`},
		{"create", func(e map[string]any) {
			e["resource"], e["path"], e["httpMethod"], e["pathParameters"] = "/notes", "/notes", "POST", nil
			e["body"] = `{"noteid":"shopping","note":"milk & <bread>"}`
		}, 200, `{"message":"Note created"}`},
		{"change", func(e map[string]any) { e["httpMethod"], e["body"] = "PUT", `{"note":"tea"}` }, 200, `{"message":"Note updated"}`},
		{"delete", func(e map[string]any) { e["httpMethod"] = "DELETE" }, 200, `{"message":"Note deleted"}`},
		{"deleted", func(map[string]any) {}, 404, `{"message":"There is no such note"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			event := recorded(t)
			tt.change(event)
			document, err := json.Marshal(event)
			if err != nil {
				t.Fatal(err)
			}
			got := function.Invoke(t, document)
			var response struct {
				StatusCode int
				Body       string
			}
			if err := json.Unmarshal([]byte(got.Body), &response); err != nil || got.Failed {
				t.Fatalf("got %+v, want a proxy response", got)
			}
			if diff := cmp.Diff([]any{tt.status, tt.body}, []any{response.StatusCode, state.ReplaceAllString(response.Body, "}")}); diff != "" {
				t.Errorf("want(-) got(+):\n%s", diff)
			}
		})
	}
	if strings.Contains(function.Output(), "shopping") || strings.Contains(function.Output(), "milk") {
		t.Errorf("the log holds a note: %s", function.Output())
	}
}

// state is what the answer to a change says of the note, different each time.
var state = regexp.MustCompile(`,"version":.*}$`)

func TestBootstrapRefusesABadEnvironment(t *testing.T) {
	function := lambdatest.Start(t, lambdatest.Build(t, "."), "TABLE_NAME=?", "EVENT_FORMAT=cubes", "ALLOWED_ORIGIN=there", "LOG_LEVEL=loud")
	if code := function.Wait(); code == 0 {
		t.Error("exit code: got 0, want another")
	}
	for _, variable := range []string{"TABLE_NAME", "EVENT_FORMAT", "ALLOWED_ORIGIN", "LOG_LEVEL"} {
		if !strings.Contains(function.Output(), variable) {
			t.Errorf("%s is not named: %s", variable, function.Output())
		}
	}
}

// recorded returns the event of a GET of /notes/shopping whose token is good
// for a long time.
func recorded(t *testing.T) map[string]any {
	t.Helper()
	document, err := os.ReadFile("../pkg/caller/testdata/rest-lambda.json")
	if err != nil {
		t.Fatal(err)
	}
	var event map[string]any
	if err := json.Unmarshal(document, &event); err != nil {
		t.Fatal(err)
	}
	event["requestContext"].(map[string]any)["authorizer"].(map[string]any)["exp"] = "9999999999"
	return event
}
