package policy

// An Effect is what a statement does to the requests that it matches.
type Effect string

const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// A Document is an IAM policy that marshals as API Gateway wants it: it holds
// no Sid, Principal or Condition member at all, because API Gateway answers 500
// to a policy in which one of them is null. The zero Document is no policy;
// make one with [AllowAll], [AllowRoutes] or [DenyAll].
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
type Document struct {
	Version   string      `json:"Version"`
	Statement []Statement `json:"Statement"`
}

// A Statement allows or denies the actions on the resources. A resource is at
// most 512 characters long; an asterisk in it is any run of characters,
// slashes included.
type Statement struct {
	Action   []string `json:"Action"`
	Effect   Effect   `json:"Effect"`
	Resource []string `json:"Resource"`
}

// maxResource is the longest Resource that API Gateway takes, in characters.
const maxResource = 512

// Does not compile if the longest parts made a Resource longer than that, with a
// question mark or a slash that a route adds.
const _ = uint(maxResource - len("arn::execute-api::://") - maxPartition - maxRegion - lenAccount -
	maxAPIID - maxStage - len("OPTIONS") - maxRoutePath - len("?"))

// AllowAll returns a policy that opens every method and path of the ARN's API
// and stage. An ARN that [ParseMethodARN] would refuse is an [ErrARN].
func AllowAll(arn MethodARN) (Document, error) {
	return document(Allow, arn, []string{"/*"})
}

// AllowRoutes returns a policy that opens the routes on the ARN's API and
// stage, and nothing else; without any route it denies all. An ARN that
// [ParseMethodARN] would refuse is an [ErrARN].
func AllowRoutes(arn MethodARN, routes []Route) (Document, error) {
	if len(routes) == 0 {
		return DenyAll(arn)
	}
	var targets []string
	for _, r := range routes {
		targets = append(targets, r.targets()...)
	}
	return document(Allow, arn, targets)
}

// DenyAll returns a policy that closes every method and path of the ARN's API
// and stage. An ARN that [ParseMethodARN] would refuse is an [ErrARN].
func DenyAll(arn MethodARN) (Document, error) {
	return document(Deny, arn, []string{"/*"})
}

// document makes a policy of one statement on the targets below the stage.
func document(effect Effect, arn MethodARN, targets []string) (Document, error) {
	if err := arn.check(); err != nil {
		return Document{}, err
	}
	resources := make([]string, len(targets))
	for i, target := range targets {
		resources[i] = arn.resource() + target
	}
	return Document{
		Version:   "2012-10-17",
		Statement: []Statement{{Action: []string{"execute-api:Invoke"}, Effect: effect, Resource: resources}},
	}, nil
}
