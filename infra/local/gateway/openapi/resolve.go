package openapi

import (
	"errors"
	"fmt"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/intrinsic"
)

// resolve replaces the intrinsic functions in the document by their values. An
// example is data, whatever it looks like.
func (r *reader) resolve(v any) any {
	resolver := intrinsic.Resolver{Ref: r.ref, Attribute: r.attribute, Conditions: r.Conditions, Skip: []string{"example", "examples"}}
	value, problems := resolver.Resolve(v)
	for _, p := range problems {
		family := api.ErrDefinition
		switch {
		case errors.Is(p.Err, intrinsic.ErrUnsupported):
			family = api.ErrUnsupported
		case errors.Is(p.Err, api.ErrNoFunction):
			family = api.ErrNoFunction
		}
		r.fail(place{"", p.Path}, family, "%s", strings.TrimPrefix(p.Err.Error(), "intrinsic: "))
	}
	return value
}

func (r *reader) ref(name string) (any, bool, error) {
	if value, ok := r.Parameters[name]; ok {
		return value, true, nil
	}
	value, ok := map[string]string{
		"AWS::Region": r.Region, "AWS::AccountId": r.Account, "AWS::Partition": r.Partition, "AWS::URLSuffix": "amazonaws.com", "AWS::StackName": "local",
	}[name]
	return value, ok, nil
}

// attribute supports one: the ARN of a function.
func (r *reader) attribute(resource, attribute string) (any, bool, error) {
	if attribute != "Arn" {
		return nil, false, nil
	}
	if r.HasFunction != nil && !r.HasFunction(resource) {
		return nil, false, noFunction(resource)
	}
	return fmt.Sprintf("arn:%s:lambda:%s:%s:function:%s", r.Partition, r.Region, r.Account, resource), true, nil
}

// noFunction is an [api.ErrNoFunction] whose text is only the name.
type noFunction string

func (n noFunction) Error() string { return string(n) }

func (noFunction) Unwrap() error { return api.ErrNoFunction }

func strictly(raw []byte, into any) error {
	return jsonv2.Unmarshal(raw, into, jsonv2.RejectUnknownMembers(true))
}
