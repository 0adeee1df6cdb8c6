package deploy_test

import (
	"strings"
	"testing"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/infra/deploy/gatetest"
)

// permissions: no function and no table can be reached except through the API and by the
// roles' own policies, and no policy says everything or everybody.
func permissions(_ *testing.T, door string, s *cloudformation.Stack) problems {
	return gatetest.Permissions(s, func(name, wildcard string) bool {
		route := name == "AuthorizerPermission" && strings.HasSuffix(wildcard, "Api}/authorizers/*") || // whose id is not known before
			name == "NotesPermission" && (strings.HasSuffix(wildcard, "${RestApi}/v1/*") || strings.HasSuffix(wildcard, "${HttpApi}/$default/*")) ||
			name == "NotesTestPermission" && strings.HasSuffix(wildcard, "${RestApi}/test-invoke-stage/*")
		user := name == "SignedInRole" && door == doors.RestIAM && strings.HasPrefix(wildcard, "Resource arn:aws:execute-api:")
		trace := wildcard == "Resource *" && s.Resources["NotesFunction"].Properties["Tracing"] == "Active" // X-Ray has no other
		file := name == "PageBucketPolicy" && wildcard == "Resource ${PageBucket.Arn}/*"                    // of a bucket, each of its objects
		return route || user || trace || file
	})
}
