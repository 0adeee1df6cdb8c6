package iam

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxResource is how long a resource ARN in an authorizer's policy may be.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
const maxResource = 512

const arnSegments = 6 // arn:partition:service:region:account:resource

// A resource is a pattern over ARNs: one glob per colon-separated segment, or
// none for the lone "*" that matches everything.
type resource []string

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
	return segments, nil
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
		if !glob(pattern, segments[i]) {
			return false
		}
	}
	return true
}

// matchAction compares without regard to case, as IAM does for actions.
func matchAction(pattern, action string) bool {
	return glob(strings.ToLower(pattern), strings.ToLower(action))
}

// glob matches * to any run of characters, slashes included, and ? to exactly
// one. It goes back to the last star only, so that a hostile pattern costs at
// most len(pattern) times len(s).
func glob(pattern, s string) bool {
	p, t := []rune(pattern), []rune(s)
	star, mark := -1, 0
	i, j := 0, 0
	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '*':
			star, mark = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == t[j]):
			i, j = i+1, j+1
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}
