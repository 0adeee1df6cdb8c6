package intrinsic

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

func (w *walk) call(path []string, function string, argument any) any {
	switch function {
	case "Ref":
		return w.ref(path, argument.(string))
	case "Fn::Sub":
		return w.substitute(path, argument)
	case "Fn::GetAtt":
		return w.attribute(path, argument)
	case "Fn::If":
		return w.choose(path, argument)
	case "Fn::Equals", "Fn::Not", "Fn::And", "Fn::Or":
		return w.condition(path, function, argument)
	case "Fn::Join", "Fn::Split", "Fn::Select", "Fn::FindInMap":
		return w.list(path, function, argument)
	}
	if w.Functions[function] != nil {
		return w.list(path, function, argument)
	}
	return w.fail(path, ErrUnsupported, "intrinsic function %s", function)
}

func (w *walk) ref(path []string, name string) any {
	if name == "AWS::NoValue" {
		return noValue{}
	}
	value, ok, err := w.Ref(name)
	return w.found(path, value, ok, err, "no value for parameter %q", name)
}

func (w *walk) attribute(path []string, argument any) any {
	parts := argument
	if text, ok := argument.(string); ok {
		resource, attribute, _ := strings.Cut(text, ".")
		parts = []any{resource, attribute}
	}
	if list, ok := parts.([]any); ok && len(list) == 2 {
		resource, isText := list[0].(string)
		attribute, areText := w.value(path, list[1]).(string)
		if isText && areText && attribute != "" {
			return w.lookup(path, resource, attribute)
		}
	}
	return w.fail(path, ErrValue, "Fn::GetAtt: its argument is not a resource and an attribute")
}

func (w *walk) lookup(path []string, resource, attribute string) any {
	value, ok, err := w.Attribute(resource, attribute)
	return w.found(path, value, ok, err, "no value for attribute %q", resource+"."+attribute)
}

// variable is one of Fn::Sub; ${!name} is the text ${name}.
var variable = regexp.MustCompile(`\$\{(!?)([^}]*)\}`)

func (w *walk) substitute(path []string, argument any) any {
	text, ok := argument.(string)
	own := map[string]any{}
	if list, isList := argument.([]any); isList && len(list) == 2 {
		text, ok = list[0].(string)
		if own, isList = list[1].(map[string]any); !isList {
			ok = false
		}
	}
	if !ok {
		return w.fail(path, ErrValue, "Fn::Sub: its argument is neither a text nor a text and a map")
	}
	return variable.ReplaceAllStringFunc(text, func(match string) string {
		parts := variable.FindStringSubmatch(match)
		name := strings.TrimSpace(parts[2])
		if parts[1] == "!" {
			return "${" + parts[2] + "}"
		}
		var value any
		if v, ok := own[name]; ok {
			value = w.value(path, v)
		} else if resource, attribute, ok := strings.Cut(name, "."); ok && !w.isParameter(name) {
			value = w.lookup(path, resource, attribute)
		} else {
			value = w.ref(path, name)
		}
		if value == nil {
			return "" // a problem has been noted
		}
		return fmt.Sprint(value)
	})
}

// isParameter tells whether a name with a point in it is given as a whole.
func (w *walk) isParameter(name string) bool {
	_, ok, _ := w.Ref(name)
	return ok
}

// choose resolves only the branch that is taken.
func (w *walk) choose(path []string, argument any) any {
	args, _ := argument.([]any)
	if len(args) != 3 {
		return w.fail(path, ErrValue, "Fn::If: its argument is not a condition and two values")
	}
	name, _ := args[0].(string)
	holds, ok := w.Conditions[name]
	if !ok {
		return w.fail(path, ErrValue, "no condition %q", name)
	}
	if holds {
		return w.value(path, args[1])
	}
	return w.value(path, args[2])
}

// condition decides what stands in a template's Conditions.
func (w *walk) condition(path []string, function string, argument any) any {
	args, _ := argument.([]any)
	truths := make([]bool, len(args))
	for i, arg := range args {
		if function == "Fn::Equals" {
			break
		}
		truth, ok := w.truth(path, arg)
		if !ok {
			return w.fail(path, ErrValue, "%s: not a condition", function)
		}
		truths[i] = truth
	}
	switch {
	case function == "Fn::Equals" && len(args) == 2:
		return fmt.Sprint(w.value(path, args[0])) == fmt.Sprint(w.value(path, args[1]))
	case function == "Fn::Not" && len(args) == 1:
		return !truths[0]
	case (function == "Fn::And" || function == "Fn::Or") && len(args) > 0:
		for _, truth := range truths {
			if truth == (function == "Fn::Or") {
				return truth
			}
		}
		return function == "Fn::And"
	}
	return w.fail(path, ErrValue, "%s: its arguments are not those of the function", function)
}

func (w *walk) truth(path []string, v any) (truth, ok bool) {
	if object, isObject := v.(map[string]any); isObject && len(object) == 1 {
		if name, isName := object["Condition"].(string); isName {
			truth, ok = w.Conditions[name]
			return truth, ok
		}
	}
	truth, ok = w.value(path, v).(bool)
	return truth, ok
}

func (w *walk) list(path []string, function string, argument any) any {
	args, ok := w.value(path, argument).([]any)
	if !ok {
		return w.fail(path, ErrValue, "%s: its argument is not a list", function)
	}
	if further := w.Functions[function]; further != nil {
		if value, ok := further(args); ok {
			return value
		}
	}
	switch {
	case function == "Fn::Join" && len(args) == 2:
		separator, isText := args[0].(string)
		elements, isList := args[1].([]any)
		if isText && isList {
			words := make([]string, len(elements))
			for i, element := range elements {
				words[i] = fmt.Sprint(element)
			}
			return strings.Join(words, separator)
		}
	case function == "Fn::Split" && len(args) == 2:
		separator, isText := args[0].(string)
		whole, areText := args[1].(string)
		if isText && areText {
			var list []any
			for part := range strings.SplitSeq(whole, separator) {
				list = append(list, part)
			}
			return list
		}
	case function == "Fn::Select" && len(args) == 2:
		index, err := strconv.Atoi(fmt.Sprint(args[0]))
		elements, isList := args[1].([]any)
		if err == nil && isList && index >= 0 && index < len(elements) {
			return elements[index]
		}
	case function == "Fn::FindInMap" && len(args) >= 3:
		top, _ := w.Mappings[fmt.Sprint(args[0])].(map[string]any)
		second, _ := top[fmt.Sprint(args[1])].(map[string]any)
		if value, ok := second[fmt.Sprint(args[2])]; ok {
			return value
		}
	}
	return w.fail(path, ErrValue, "%s: its arguments have no value", function)
}
