package document

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	yaml "github.com/oasdiff/yaml3"
)

type yamlReader struct {
	*Document
	nodes int
}

func (d *Document) parseYAML(text []byte) error {
	var root, more yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&root); err != nil {
		return err
	}
	if err := decoder.Decode(&more); err != io.EOF {
		return fmt.Errorf("the text holds more than one document")
	}
	r := &yamlReader{Document: d}
	value, err := r.value(root.Content[0], nil)
	d.Value = value
	return err
}

// value returns a node's value, with !Name x as {"Fn::Name": x}.
func (r *yamlReader) value(n *yaml.Node, path []string) (any, error) {
	if r.nodes++; r.nodes > maxNodes || len(path) > maxDepth {
		return nil, fmt.Errorf("line %d: the aliases expand to too many nodes", n.Line)
	}
	if n.Kind == yaml.AliasNode {
		r.Alias = n.Line
		return r.value(n.Alias, path)
	}
	value, err := r.untagged(n, path)
	if err != nil || !isShortForm(n) {
		return value, err
	}
	switch name := n.Tag[1:]; name {
	case "Ref", "Condition":
		return map[string]any{name: value}, nil
	case "GetAtt":
		if text, ok := value.(string); ok {
			resource, attribute, _ := strings.Cut(text, ".")
			value = []any{resource, attribute}
		}
		fallthrough
	default:
		return map[string]any{"Fn::" + name: value}, nil
	}
}

func isShortForm(n *yaml.Node) bool {
	return strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!")
}

func (r *yamlReader) untagged(n *yaml.Node, path []string) (any, error) {
	switch n.Kind {
	case yaml.MappingNode:
		return r.mapping(n, path)
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, element := range n.Content {
			var err error
			if list[i], err = r.value(element, append(path[:len(path):len(path)], strconv.Itoa(i))); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
	// A date stays the text that it is in JSON.
	if n.ShortTag() == "!!timestamp" {
		return n.Value, nil
	}
	var value any
	err := n.Decode(&value)
	return value, err
}

func (r *yamlReader) mapping(n *yaml.Node, path []string) (any, error) {
	object, merged := map[string]any{}, map[string]any{}
	for i := 0; i < len(n.Content); i += 2 {
		name, node := n.Content[i], n.Content[i+1]
		if name.ShortTag() == "!!merge" {
			if err := r.merge(merged, node, path); err != nil {
				return nil, err
			}
			continue
		}
		if _, twice := object[name.Value]; twice {
			return nil, fmt.Errorf("line %d: %s is defined twice", name.Line, name.Value)
		}
		member := append(path[:len(path):len(path)], name.Value)
		r.lines[key(member)] = name.Line
		var err error
		if object[name.Value], err = r.value(node, member); err != nil {
			return nil, err
		}
	}
	for name, value := range merged {
		if _, own := object[name]; !own {
			object[name] = value
		}
	}
	return object, nil
}

// merge reads what << names: a mapping, or a list of them, of which the first
// that has a member counts.
func (r *yamlReader) merge(into map[string]any, n *yaml.Node, path []string) error {
	value, err := r.value(n, path)
	if err != nil {
		return err
	}
	sources, ok := value.([]any)
	if !ok {
		sources = []any{value}
	}
	for _, source := range sources {
		members, ok := source.(map[string]any)
		if !ok {
			return fmt.Errorf("line %d: the value of << is not a mapping", n.Line)
		}
		for name, value := range members {
			if _, there := into[name]; !there {
				into[name] = value
			}
		}
	}
	return nil
}
