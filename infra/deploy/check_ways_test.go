package deploy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/deploy/doors"
)

// ways: no function and no table is within reach but through the API and by the
// roles' own policies, and no policy says everything or everybody.
func ways(_ *testing.T, door string, s *cloudformation.Stack) (p problems) {
	elsewhere := []string{"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy", "AWS::Lambda::Url"}
	for name, r := range s.Resources {
		if slices.Contains(elsewhere, r.Type) {
			p.add("%s: %s is a way of its own", name, r.Type)
		}
		for _, property := range []string{"ResourcePolicy", "FunctionUrlConfig", "Events"} {
			if r.Properties[property] != nil {
				p.add("%s: %s is a way of its own", name, property)
			}
		}
		for _, star := range stars("", r.Properties) {
			route := name == "AuthorizerPermission" && strings.HasSuffix(star, "Api}/authorizers/*") || // whose id is not known before
				name == "NotesPermission" && (strings.HasSuffix(star, "${RestApi}/v1/*") || strings.HasSuffix(star, "${HttpApi}/$default/*")) ||
				name == "NotesTestPermission" && strings.HasSuffix(star, "${RestApi}/test-invoke-stage/*")
			user := name == "SignedInRole" && door == doors.RestIAM && strings.HasPrefix(star, "Resource arn:aws:execute-api:")
			trace := star == "Resource *" && s.Resources["NotesFunction"].Properties["Tracing"] == "Active" // X-Ray knows no other
			file := name == "PageBucketPolicy" && star == "Resource ${PageBucket.Arn}/*"                    // of a bucket, each of its objects
			if !route && !user && !trace && !file {
				p.add("%s: %s", name, star)
			}
		}
	}
	return p
}

// stars lists what a policy below v says with a star, as "element value". What
// denies with one lets nobody in.
func stars(element string, v any) (all []string) {
	switch v := v.(type) {
	case map[string]any:
		if v["Effect"] == "Deny" {
			return nil
		}
		for name, member := range v {
			if element == "Principal" {
				name = element // Principal: {AWS: "*"}
			}
			all = append(all, stars(name, member)...)
		}
	case []any:
		for _, member := range v {
			all = append(all, stars(element, member)...)
		}
	case string:
		elements := []string{"Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "SourceArn"}
		if slices.Contains(elements, element) && strings.Contains(v, "*") {
			all = append(all, fmt.Sprint(element, " ", v))
		}
	}
	return all
}
