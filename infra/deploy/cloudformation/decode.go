package cloudformation

import (
	"fmt"

	"github.com/notegate/notegate/infra/local/gateway/document"
)

// decode reads YAML with CloudFormation's tags, or JSON, into the long form.
func decode(text []byte) (map[string]any, error) {
	d, err := document.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("cloudformation: %w", err)
	}
	if d.Alias > 0 {
		return nil, fmt.Errorf("cloudformation: line %d: CloudFormation does not support aliases", d.Alias)
	}
	sections, ok := d.Value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("cloudformation: not a map")
	}
	return sections, nil
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
