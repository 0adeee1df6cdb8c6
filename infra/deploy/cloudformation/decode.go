package cloudformation

import (
	"fmt"
	"strings"

	yaml "github.com/oasdiff/yaml3"
)

// decode reads YAML with CloudFormation's tags, or JSON, into the long form.
func decode(text []byte) (map[string]any, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("cloudformation: %w", err)
	}
	value, err := long(document.Content[0])
	if err != nil {
		return nil, err
	}
	sections, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("cloudformation: not a map")
	}
	return sections, nil
}

// long returns a node's value, with !Name x as {"Fn::Name": x}.
func long(n *yaml.Node) (any, error) {
	value, err := plain(n)
	if err != nil || !strings.HasPrefix(n.Tag, "!") || strings.HasPrefix(n.Tag, "!!") {
		return value, err
	}
	switch name := n.Tag[1:]; name {
	case "Ref", "Condition":
		return map[string]any{name: value}, nil
	case "GetAtt":
		resource, attribute, _ := strings.Cut(value.(string), ".")
		return map[string]any{"Fn::GetAtt": []any{resource, attribute}}, nil
	default:
		return map[string]any{"Fn::" + name: value}, nil
	}
}

// plain refuses what CloudFormation doesn't read: anchors and duplicate members.
func plain(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i < len(n.Content); i += 2 {
			name := n.Content[i].Value
			if _, twice := m[name]; twice {
				return nil, fmt.Errorf("cloudformation: line %d: %s is defined twice", n.Content[i].Line, name)
			}
			value, err := long(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			m[name] = value
		}
		return m, nil
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, element := range n.Content {
			value, err := long(element)
			if err != nil {
				return nil, err
			}
			list[i] = value
		}
		return list, nil
	case yaml.ScalarNode:
		if strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
			return n.Value, nil
		}
		var value any
		err := n.Decode(&value)
		return value, err
	}
	return nil, fmt.Errorf("cloudformation: line %d: CloudFormation does not support aliases", n.Line)
}

// expand replaces each AWS::Include by the file's content.
func expand(v any, include func(location string) ([]byte, error)) (any, error) {
	switch v := v.(type) {
	case []any:
		for i := range v {
			var err error
			if v[i], err = expand(v[i], include); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		if transform, ok := v["Fn::Transform"].(map[string]any); ok {
			location, _ := transform["Parameters"].(map[string]any)["Location"].(string)
			if transform["Name"] != "AWS::Include" || len(v) != 1 || location == "" {
				return nil, fmt.Errorf("cloudformation: transforms other than AWS::Include are not supported")
			}
			text, err := include(location)
			if err != nil {
				return nil, fmt.Errorf("cloudformation: include %s: %w", location, err)
			}
			return decode(text)
		}
		for name := range v {
			var err error
			if v[name], err = expand(v[name], include); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}
