// Package iam reads the policy documents that Lambda authorizers return and
// decides by them, as AWS Identity and Access Management would.
//
// It supports the elements of an authorizer's policy: Effect, Action and Resource
// with their wildcards. What else the policy language has (conditions, negations,
// variables) it refuses to read, because a policy that is half understood is a
// policy that allows too much.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
package iam

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

var (
	// ErrMalformed says that the document is no IAM policy: not JSON, a member
	// of the wrong type or null, a missing element, an impossible ARN.
	ErrMalformed = errors.New("iam: malformed policy")

	// ErrUnsupported says that the document uses a part of the policy language
	// that this package does not evaluate.
	ErrUnsupported = errors.New("iam: unsupported policy element")
)

// A Policy is a document that [Parse] understood whole. The zero Policy
// allows nothing. It is safe for concurrent use.
type Policy struct{ statements []statement }

type statement struct {
	deny      bool
	actions   []*regexp.Regexp
	resources []resource
}

// A Decision is what a policy says about one request.
type Decision int

const (
	ImplicitDeny Decision = iota // no statement matches
	Allow
	ExplicitDeny // a Deny statement matches, whatever else does
)

// Parse reads a policy document. The error wraps [ErrMalformed] or
// [ErrUnsupported].
func Parse(document []byte) (Policy, error) {
	var doc struct {
		Version   string         `json:"Version"`
		ID        string         `json:"Id"`
		Statement jsontext.Value `json:"Statement"`
	}
	if err := decode(document, &doc); err != nil {
		return Policy{}, err
	}
	if doc.Version != "" && doc.Version != "2012-10-17" && doc.Version != "2008-10-17" {
		return Policy{}, fmt.Errorf("%w: Version is neither 2012-10-17 nor 2008-10-17", ErrMalformed)
	}
	raw, err := oneOrMany[jsontext.Value](doc.Statement, '{')
	if err != nil {
		return Policy{}, fmt.Errorf("%w: Statement must be an object or a list of objects", ErrMalformed)
	}
	var policy Policy
	for i, r := range raw {
		s, err := parseStatement(r)
		if err != nil {
			return Policy{}, fmt.Errorf("%w (statement %d)", err, i)
		}
		policy.statements = append(policy.statements, s)
	}
	return policy, nil
}

// Evaluate decides whether action may be done to resource, an ARN: an explicit
// Deny wins over any Allow, and what nothing matches is denied.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func (p Policy) Evaluate(action, arn string) Decision {
	decision := ImplicitDeny
	for _, s := range p.statements {
		if !s.matches(action, arn) {
			continue
		}
		if s.deny {
			return ExplicitDeny
		}
		decision = Allow
	}
	return decision
}

func (s statement) matches(action, arn string) bool {
	return slices.ContainsFunc(s.actions, func(a *regexp.Regexp) bool { return a.MatchString(action) }) &&
		slices.ContainsFunc(s.resources, func(r resource) bool { return r.matches(arn) })
}

var (
	evaluated   = []string{"Sid", "Effect", "Action", "Resource"}
	unevaluated = []string{"NotAction", "NotResource", "Condition", "Principal", "NotPrincipal"}
)

func parseStatement(raw []byte) (statement, error) {
	var members map[string]jsontext.Value
	if err := decode(raw, &members); err != nil {
		return statement{}, err
	}
	if err := checkElements(members); err != nil {
		return statement{}, err
	}
	effect := string(members["Effect"])
	if effect != `"Allow"` && effect != `"Deny"` {
		return statement{}, fmt.Errorf("%w: Effect is neither Allow nor Deny", ErrMalformed)
	}
	s := statement{deny: effect == `"Deny"`}
	actions, err := oneOrMany[string](members["Action"], '"')
	if err != nil || len(actions) == 0 {
		return statement{}, fmt.Errorf("%w: Action must be a string or a list of strings", ErrMalformed)
	}
	for _, a := range actions {
		s.actions = append(s.actions, wildcard("i", a)) // without regard to case, as IAM compares actions
	}
	patterns, err := oneOrMany[string](members["Resource"], '"')
	if err != nil || len(patterns) == 0 {
		return statement{}, fmt.Errorf("%w: Resource must be a string or a list of strings", ErrMalformed)
	}
	for _, p := range patterns {
		r, err := parseResource(p)
		if err != nil {
			return statement{}, err
		}
		s.resources = append(s.resources, r)
	}
	return s, nil
}

func checkElements(members map[string]jsontext.Value) error {
	for name, value := range members {
		switch refused := slices.Contains(unevaluated, name); {
		case !refused && !slices.Contains(evaluated, name):
			return fmt.Errorf("%w: unknown element", ErrMalformed)
		case value.Kind() == 'n':
			// API Gateway fails on a null Condition, Sid or Principal, which
			// serializers without optional members send.
			return fmt.Errorf("%w: %s is null", ErrMalformed, name)
		case refused:
			return fmt.Errorf("%w: %s", ErrUnsupported, name)
		}
	}
	return nil
}

// oneOrMany decodes a value that the policy grammar allows by itself or in a
// list.
func oneOrMany[T any](raw jsontext.Value, kind jsontext.Kind) ([]T, error) {
	elements := []jsontext.Value{raw}
	if raw.Kind() == '[' {
		if err := json.Unmarshal(raw, &elements); err != nil {
			return nil, err
		}
	}
	many := make([]T, len(elements))
	for i, e := range elements {
		if e.Kind() != kind {
			return nil, ErrMalformed
		}
		if err := json.Unmarshal(e, &many[i]); err != nil {
			return nil, err
		}
	}
	return many, nil
}

// decode is strict about duplicate and case-variant names: a policy that two
// readers can read differently is not evaluated at all.
func decode(raw []byte, into any) error {
	if jsontext.Value(raw).Kind() != '{' {
		return fmt.Errorf("%w: must be a JSON object", ErrMalformed)
	}
	if err := json.Unmarshal(raw, into, json.RejectUnknownMembers(true)); err != nil {
		return fmt.Errorf("%w: not valid JSON of a policy", ErrMalformed)
	}
	return nil
}
