package policy

import (
	"errors"
	"fmt"
	"strings"
)

// ErrARN says that a text is no method ARN, or one that no policy can be built
// from safely.
var ErrARN = errors.New("policy: method ARN")

// A MethodARN names one request to one stage of one API.
//
//	arn:{partition}:execute-api:{region}:{account}:{apiId}/{stage}/{VERB}/{path}
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
type MethodARN struct {
	Partition string // aws, aws-cn, aws-us-gov, ...
	Region    string
	Account   string // 12 digits
	APIID     string
	Stage     string // a stage's name, $default, or * as in AWS's sample events
	Method    string // in capitals; $connect for a WebSocket API's connection
	Path      string // as the caller typed it, with its leading slash; empty for $connect
}

// The longest parts that are accepted. Together with the longest path of a
// rule they keep each Resource within what API Gateway takes.
const (
	maxARN       = 1600 // bytes, API Gateway's own limit
	maxPartition = 16
	maxRegion    = 32
	lenAccount   = 12
	maxAPIID     = 32
	maxStage     = 128
	maxVerb      = 16
)

const (
	lower  = "abcdefghijklmnopqrstuvwxyz"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits = "0123456789"
)

// ParseMethodARN parses a REST API's methodArn or an HTTP API's routeArn, of at
// most 1600 bytes. Every part before the path must be literal: a wildcard, a
// blank or an empty part is an [ErrARN], and so is a WebSocket's
// {stage}/$connect, see [ParseConnectARN]. The sample events in AWS's documentation have an asterisk for
// the stage; it is taken as the name of a stage that does not exist, so that no
// policy opens more because of it. The path may hold anything.
func ParseMethodARN(s string) (MethodARN, error) {
	if len(s) > maxARN {
		return MethodARN{}, fmt.Errorf("%w: longer than %d bytes", ErrARN, maxARN)
	}
	head := strings.SplitN(s, ":", 6)
	if len(head) != 6 || head[0] != "arn" || head[2] != "execute-api" {
		return MethodARN{}, fmt.Errorf("%w: want arn:{partition}:execute-api:{region}:{account}:{resource}", ErrARN)
	}
	tail := strings.SplitN(head[5], "/", 4)
	if len(tail) != 4 {
		return MethodARN{}, fmt.Errorf("%w: want the resource {apiId}/{stage}/{VERB}/{path}", ErrARN)
	}
	arn := MethodARN{
		Partition: head[1],
		Region:    head[3],
		Account:   head[4],
		APIID:     tail[0],
		Stage:     tail[1],
		Method:    tail[2],
		Path:      "/" + tail[3],
	}
	if err := arn.check(); err != nil {
		return MethodARN{}, err
	}
	return arn, nil
}

// String returns the ARN that was parsed.
func (a MethodARN) String() string {
	return a.stage() + "/" + a.Method + a.Path
}

// sample stands for the stage in AWS's sample events.
const sample = "*"

// resource returns the start of a policy's resource, up to and including the
// stage. The asterisk of a sample event becomes IAM's variable for a literal one,
// which no stage's name can hold: the policy then opens nothing.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func (a MethodARN) resource() string {
	if a.Stage == sample {
		a.Stage = "${*}"
	}
	return a.stage()
}

// stage returns the ARN up to and including the stage.
func (a MethodARN) stage() string {
	return "arn:" + a.Partition + ":execute-api:" + a.Region + ":" + a.Account + ":" + a.APIID + "/" + a.Stage
}

// check runs before every use in a policy, not only after parsing, because
// anybody can fill in a MethodARN by hand.
func (a MethodARN) check() error {
	switch {
	case !literal(a.Partition, maxPartition, lower+digits+"-"):
		return fmt.Errorf("%w: want a partition of 1 to %d of a-z 0-9 -", ErrARN, maxPartition)
	case !literal(a.Region, maxRegion, lower+digits+"-"):
		return fmt.Errorf("%w: want a region of 1 to %d of a-z 0-9 -", ErrARN, maxRegion)
	case len(a.Account) != lenAccount || !literal(a.Account, lenAccount, digits):
		return fmt.Errorf("%w: want an account of %d digits", ErrARN, lenAccount)
	case !literal(a.APIID, maxAPIID, lower+upper+digits+"-"):
		return fmt.Errorf("%w: want an API id of 1 to %d of A-Z a-z 0-9 -", ErrARN, maxAPIID)
	case a.Stage != "$default" && a.Stage != sample && !literal(a.Stage, maxStage, lower+upper+digits+"-_"):
		return fmt.Errorf("%w: want a stage of 1 to %d of A-Z a-z 0-9 - _, or $default or *", ErrARN, maxStage)
	case a.Method == connect && a.Path == "":
		return nil
	case !literal(a.Method, maxVerb, upper):
		return fmt.Errorf("%w: want a method of 1 to %d capitals", ErrARN, maxVerb)
	case !strings.HasPrefix(a.Path, "/"):
		return fmt.Errorf("%w: want a path that starts with /", ErrARN)
	}
	return nil
}

// literal reports whether s is 1 to limit bytes, all of them in alphabet.
func literal(s string, limit int, alphabet string) bool {
	return s != "" && len(s) <= limit && strings.Trim(s, alphabet) == ""
}

// connect is what a WebSocket API's connection has in place of a method.
const connect = "$connect"

// ParseConnectARN parses the methodArn of a WebSocket API's connection request:
//
//	arn:{partition}:execute-api:{region}:{account}:{apiId}/{stage}/$connect
//
// It has no method and no path: Method is $connect, and Path is empty. [AllowAll]
// and [DenyAll] make a policy on every route of the stage of it, also those of the
// messages that follow; no [Route] matches it. Anything else than this one form,
// with literal parts, is an [ErrARN].
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
func ParseConnectARN(s string) (MethodARN, error) {
	head, found := strings.CutSuffix(s, "/"+connect)
	if !found {
		return MethodARN{}, fmt.Errorf("%w: want a resource that ends in /%s", ErrARN, connect)
	}
	arn, err := ParseMethodARN(head + "/GET/") // which has the same parts
	if err != nil {
		return MethodARN{}, err
	}
	if arn.Path != "/" {
		return MethodARN{}, fmt.Errorf("%w: want the resource {apiId}/{stage}/%s", ErrARN, connect)
	}
	arn.Method, arn.Path = connect, ""
	return arn, nil
}
