package doors_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/deploy/doors"
)

func ExampleDefinition() {
	text, err := doors.Definition(doors.HTTPLambda)
	if err != nil {
		panic(err)
	}
	var api struct {
		Components struct {
			SecuritySchemes map[string]struct {
				Authorizer map[string]any `json:"x-amazon-apigateway-authorizer"`
			} `json:"securitySchemes"`
		} `json:"components"`
	}
	if err := json.Unmarshal(text, &api); err != nil {
		panic(err)
	}
	gate := api.Components.SecuritySchemes["Gate"].Authorizer
	fmt.Println(gate["type"], gate["authorizerPayloadFormatVersion"], gate["identitySource"])
	// Output:
	// request 2.0 $request.header.Authorization, $context.routeKey
}

func TestUnknownDoor(t *testing.T) {
	t.Parallel()
	text, err := doors.Definition("back")
	if text != nil || err == nil || err.Error() != `doors: no front door "back"` {
		t.Errorf("got %s, %v", text, err)
	}
}

// What a build writes depends on the sources only, and leaves the next door's
// definition as it was.
func TestFilesAreTheSameEachTime(t *testing.T) {
	t.Parallel()
	first, err := doors.Files()
	if err != nil {
		t.Fatal(err)
	}
	second, err := doors.Files()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"http-jwt.json", "http-lambda.json", "rest-cognito.json", "rest-iam-policy.json", "rest-iam.json", "rest-jwt.json", "rest-mapped.json"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(first))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	for name := range first {
		if !bytes.Equal(first[name], second[name]) {
			t.Errorf("%s differs", name)
		}
	}
}
