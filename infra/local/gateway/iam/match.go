package iam

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// maxResource is how long a resource ARN in an authorizer's policy may be.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
const maxResource = 512

const arnSegments = 6 // arn:partition:service:region:account:resource

// A resource is a pattern over ARNs: one wildcard pattern per colon-separated
// segment, or none for the lone "*" that matches everything.
type resource []*regexp.Regexp

// parseResource refuses what IAM would not store: a pattern that is no ARN, or
// one with a wildcard for the service.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func parseResource(pattern string) (resource, error) {
	switch {
	case pattern == "*":
		return nil, nil
	case utf8.RuneCountInString(pattern) > maxResource:
		return nil, fmt.Errorf("%w: a Resource is longer than %d characters", ErrMalformed, maxResource)
	case strings.Contains(pattern, "${"):
		return nil, fmt.Errorf("%w: policy variable in a Resource", ErrUnsupported)
	}
	segments := strings.SplitN(pattern, ":", arnSegments)
	if len(segments) < 3 || segments[0] != "arn" || strings.ContainsAny(segments[2], "*?") {
		return nil, fmt.Errorf("%w: a Resource is not an ARN with a literal service", ErrMalformed)
	}
	if len(segments) < arnSegments && !strings.HasSuffix(pattern, "*") {
		return nil, fmt.Errorf("%w: a Resource has fewer than %d segments", ErrMalformed, arnSegments)
	}
	var r resource
	for _, segment := range segments {
		r = append(r, wildcard("", segment))
	}
	return r, nil
}

// matches compares segment by segment, with regard to case. A wildcard stays
// inside its segment, except in the last one of the pattern, which stands for
// all that is left, colons included: arn:aws:execute-api:us-east-1:* covers
// every account's every API there.
func (r resource) matches(arn string) bool {
	if r == nil {
		return true
	}
	segments := strings.SplitN(arn, ":", len(r))
	if len(segments) != len(r) {
		return false
	}
	for i, pattern := range r {
		if !pattern.MatchString(segments[i]) {
			return false
		}
	}
	return true
}

// wildcard compiles a pattern of which * matches any run of characters, slashes
// included, and ? exactly one. Go's regular expressions take time linear in the
// text, so a hostile pattern costs little.
func wildcard(flags, pattern string) *regexp.Regexp {
	expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile("(?s" + flags + ")^" + expression + "$")
}
