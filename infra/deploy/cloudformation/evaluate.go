package cloudformation

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// noValue is the value of the pseudo parameter AWS::NoValue: the member or
// element that has it is removed.
type noValue struct{}

// An evaluator resolves CloudFormation's functions for one stack.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
type evaluator struct {
	template *Template
	values   map[string]any
	deployed map[string]bool // each resource; false: its condition forbids it
	errs     []error
}

func (e *evaluator) fail(where, format string, args ...any) {
	e.errs = append(e.errs, fmt.Errorf("cloudformation: %s: %s", where, fmt.Sprintf(format, args...)))
}

// exists decides the condition of a resource or an output.
func (e *evaluator) exists(raw map[string]any) bool {
	name, ok := raw["Condition"].(string)
	return !ok || e.condition(name)
}

func (e *evaluator) condition(name string) bool {
	definition, ok := e.template.section("Conditions")[name]
	if !ok {
		e.fail("Conditions", "no condition %s", name)
		return false
	}
	return e.truth("Conditions."+name, definition)
}

func (e *evaluator) truth(where string, v any) bool {
	truth, ok := e.resolve(where, v).(bool)
	if !ok {
		e.fail(where, "not a condition")
	}
	return truth
}

func (e *evaluator) resolve(where string, v any) any {
	switch v := v.(type) {
	case []any:
		list := []any{}
		for i, element := range v {
			if r := e.resolve(where+"."+strconv.Itoa(i), element); r != (noValue{}) {
				list = append(list, r)
			}
		}
		return list
	case map[string]any:
		if isFunction(v) {
			for name, argument := range v {
				return e.call(where, name, argument)
			}
		}
		m := map[string]any{}
		for name, member := range v {
			if r := e.resolve(where+"."+name, member); r != (noValue{}) {
				m[name] = r
			}
		}
		return m
	}
	return v
}

// isFunction tells a function in its long form, an object of one member.
func isFunction(v map[string]any) bool {
	for name := range v {
		return len(v) == 1 && (name == "Ref" || name == "Condition" || strings.HasPrefix(name, "Fn::"))
	}
	return false
}

func (e *evaluator) call(where, function string, argument any) any {
	if function == "Ref" {
		return e.ref(where, argument.(string))
	}
	if function == "Condition" {
		if name, ok := argument.(string); ok {
			return e.condition(name)
		}
		return map[string]any{"Condition": e.resolve(where, argument)} // a policy statement's
	}
	if function == "Fn::Sub" {
		return e.substitute(where, argument)
	}
	args, ok := argument.([]any)
	if !ok {
		e.fail(where, "%s: want a list", function)
		return nil
	}
	at := func(i int) any { return e.resolve(where, args[i]) }
	switch function {
	case "Fn::If": // only the branch that is taken counts
		if e.condition(args[0].(string)) {
			return at(1)
		}
		return at(2)
	case "Fn::Equals":
		return fmt.Sprint(at(0)) == fmt.Sprint(at(1))
	case "Fn::Not":
		return !e.truth(where, args[0])
	case "Fn::And", "Fn::Or":
		for _, argument := range args {
			if e.truth(where, argument) == (function == "Fn::Or") {
				return function == "Fn::Or"
			}
		}
		return function == "Fn::And"
	case "Fn::Contains":
		for _, element := range at(0).([]any) {
			if element == at(1) {
				return true
			}
		}
		return false
	case "Fn::GetAtt":
		return e.reference(where, fmt.Sprintf("%v.%v", at(0), at(1)))
	case "Fn::Join":
		var words []string
		for _, word := range at(1).([]any) {
			words = append(words, fmt.Sprint(word))
		}
		return strings.Join(words, at(0).(string))
	case "Fn::Split":
		list := []any{}
		if name, ok := strings.CutSuffix(at(1).(string), ".Arn}"); ok && at(0) == ":" {
			return splitARN(name)
		}
		for part := range strings.SplitSeq(at(1).(string), at(0).(string)) {
			list = append(list, part)
		}
		return list
	case "Fn::Select":
		i, _ := strconv.Atoi(fmt.Sprint(at(0)))
		if list := at(1).([]any); i < len(list) {
			return list[i]
		}
		e.fail(where, "Fn::Select: no element %d", i)
		return nil
	case "Fn::FindInMap":
		top, _ := e.template.section("Mappings")[at(0).(string)].(map[string]any)
		second, _ := top[at(1).(string)].(map[string]any)
		if value, ok := second[at(2).(string)]; ok {
			return value
		}
		e.fail(where, "Fn::FindInMap: nothing at %v", args)
		return nil
	}
	e.fail(where, "%s is not known here", function)
	return nil
}

// splitARN returns the elements of a resource's ARN. Only the resource itself
// depends on the deployment; the service is not checked.
func splitARN(name string) []any {
	return []any{"arn", "aws", name + ".Service}", "eu-west-1", "123456789012", name + ".Resource}"}
}

func (e *evaluator) ref(where, name string) any {
	if name == "AWS::NoValue" {
		return noValue{}
	}
	if value, ok := e.values[name]; ok {
		return value
	}
	return e.reference(where, name)
}

// reference is a placeholder for a resource's value that only a deployment has.
func (e *evaluator) reference(where, name string) any {
	resource, _, _ := strings.Cut(name, ".")
	if !e.deployed[resource] {
		e.fail(where, "refers to %s, which this stack does not have", resource)
	}
	return "${" + name + "}"
}

var variable = regexp.MustCompile(`\$\{(!?)([^}]*)\}`)

func (e *evaluator) substitute(where string, argument any) any {
	text, ok := argument.(string)
	local := map[string]any{}
	if list, isList := argument.([]any); isList && len(list) == 2 {
		text, ok = list[0].(string)
		local, _ = list[1].(map[string]any)
	}
	if !ok {
		e.fail(where, "Fn::Sub: want a string, or a string and a map")
	}
	return variable.ReplaceAllStringFunc(text, func(match string) string {
		parts := variable.FindStringSubmatch(match)
		if parts[1] == "!" {
			return "${" + parts[2] + "}"
		}
		if value, ok := local[parts[2]]; ok {
			return fmt.Sprint(e.resolve(where, value))
		}
		return fmt.Sprint(e.ref(where, parts[2]))
	})
}
