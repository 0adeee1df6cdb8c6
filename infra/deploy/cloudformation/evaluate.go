package cloudformation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/intrinsic"
)

// An evaluator resolves CloudFormation's functions for one stack.
type evaluator struct {
	intrinsic.Resolver
	values   map[string]any
	deployed map[string]bool // each resource; false: its condition forbids it
	errs     []error
}

func (t *Template) evaluator(values map[string]any) *evaluator {
	e := &evaluator{values: values, deployed: map[string]bool{}}
	e.Resolver = intrinsic.Resolver{
		Ref: e.ref, Attribute: e.attribute, Mappings: t.section("Mappings"),
		Functions: map[string]func([]any) (any, bool){"Fn::Contains": contains, "Fn::Split": splitARN},
	}
	return e
}

func (e *evaluator) fail(where, format string, args ...any) {
	e.errs = append(e.errs, fmt.Errorf("cloudformation: %s: %s", where, fmt.Sprintf(format, args...)))
}

func (e *evaluator) note(where string, problems []intrinsic.Problem) {
	for _, p := range problems {
		e.fail(strings.Join(append([]string{where}, p.Path...), "."), "%s", p.What)
	}
}

// exists decides the condition of a resource or an output.
func (e *evaluator) exists(raw map[string]any) bool {
	name, ok := raw["Condition"].(string)
	if !ok {
		return true
	}
	holds, ok := e.Conditions[name]
	if !ok {
		e.fail("Conditions", "no condition %s", name)
	}
	return holds
}

func (e *evaluator) truth(where string, v any) bool {
	truth, ok := e.resolve(where, v).(bool)
	if !ok {
		e.fail(where, "not a condition")
	}
	return truth
}

func (e *evaluator) resolve(where string, v any) any {
	value, problems := e.Resolve(v)
	e.note(where, problems)
	return value
}

// ref gives a resource a placeholder, since only a deployment has its value.
func (e *evaluator) ref(name string) (any, bool, error) {
	if value, ok := e.values[name]; ok {
		return value, true, nil
	}
	return e.placeholder(name, name)
}

func (e *evaluator) attribute(resource, attribute string) (any, bool, error) {
	return e.placeholder(resource, resource+"."+attribute)
}

func (e *evaluator) placeholder(resource, name string) (any, bool, error) {
	if !e.deployed[resource] {
		return nil, false, fmt.Errorf("refers to %s, which this stack does not have", resource)
	}
	return "${" + name + "}", true, nil
}

// contains is a function of rules.
func contains(args []any) (any, bool) {
	if len(args) != 2 {
		return nil, false
	}
	list, ok := args[0].([]any)
	return ok && slices.Contains(list, args[1]), ok
}

// splitARN returns the elements of a resource's ARN. Only the resource itself
// depends on the deployment; the service is not checked.
func splitARN(args []any) (any, bool) {
	if len(args) != 2 || args[0] != ":" {
		return nil, false
	}
	text, _ := args[1].(string)
	name, ok := strings.CutSuffix(text, ".Arn}")
	return []any{"arn", "aws", name + ".Service}", "eu-west-1", "123456789012", name + ".Resource}"}, ok
}
