package gateway

import (
	"fmt"
	"regexp"
	"strings"
)

// reference is a variable of Fn::Sub; ${!name} is the text ${name}.
var reference = regexp.MustCompile(`\$\{(!?)([^}]*)\}`)

// resolve replaces CloudFormation's Fn::Sub (with a plain string) and Ref by
// their values, wherever they stand in v.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html
func (g *Gateway) resolve(v any) (any, error) {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, element := range v {
			var err error
			if out[i], err = g.resolve(element); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, member := range v {
			switch {
			case name == "Fn::Sub" && len(v) == 1:
				return g.substitute(member)
			case name == "Ref" && len(v) == 1:
				return g.lookup(fmt.Sprint(member))
			case name == "Ref", strings.HasPrefix(name, "Fn::"):
				return nil, fmt.Errorf("%w: intrinsic function %s", ErrUnsupported, name)
			}
			var err error
			if out[name], err = g.resolve(member); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}

func (g *Gateway) substitute(template any) (string, error) {
	text, ok := template.(string)
	if !ok {
		return "", fmt.Errorf("%w: Fn::Sub of a list", ErrUnsupported)
	}
	var failed error
	result := reference.ReplaceAllStringFunc(text, func(match string) string {
		parts := reference.FindStringSubmatch(match)
		if parts[1] == "!" {
			return "${" + parts[2] + "}"
		}
		value, err := g.lookup(parts[2])
		if err != nil {
			failed = err
		}
		return value
	})
	return result, failed
}

func (g *Gateway) lookup(name string) (string, error) {
	if value, ok := g.Parameters[name]; ok {
		return value, nil
	}
	switch name {
	case "AWS::Region":
		return g.Region, nil
	case "AWS::AccountId":
		return g.Account, nil
	case "AWS::Partition":
		return g.partition, nil
	}
	if function, ok := strings.CutSuffix(name, ".Arn"); ok {
		if g.Functions[function] == nil {
			return "", fmt.Errorf("%w: %s", ErrNoFunction, function)
		}
		return g.functionARN(function), nil
	}
	return "", fmt.Errorf("%w: no value for parameter %q", ErrDefinition, name)
}

func (g *Gateway) functionARN(name string) string {
	return fmt.Sprintf("arn:%s:lambda:%s:%s:function:%s", g.partition, g.Region, g.Account, name)
}
