package cloudformation

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

var reference = regexp.MustCompile(`\$\{([0-9A-Za-z_-]+)[.}]`)

// checkCircles finds circular dependencies, which CloudFormation refuses.
func (s *Stack) checkCircles() error {
	done := map[string]bool{}
	var visit func(path []string) error
	visit = func(path []string) error {
		name := path[len(path)-1]
		if i := slices.Index(path, name); i < len(path)-1 {
			return fmt.Errorf("cloudformation: circular dependency: %s", strings.Join(path[i:], " -> "))
		}
		if done[name] {
			return nil
		}
		for _, next := range s.WaitsFor(name) {
			if err := visit(append(slices.Clone(path), next)); err != nil {
				return err
			}
		}
		done[name] = true
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(s.Resources)) {
		if err := visit([]string{name}); err != nil {
			return err
		}
	}
	return nil
}

// WaitsFor returns the resources that must be created before the named one, in
// order: those that its properties, its Metadata or its DependsOn name.
func (s *Stack) WaitsFor(name string) []string {
	text, err := json.Marshal([]any{s.Resources[name].Properties, s.Resources[name].Attributes["Metadata"]})
	if err != nil { // it came from YAML or JSON
		panic(err)
	}
	others := map[string]bool{}
	for _, match := range reference.FindAllStringSubmatch(string(text), -1) {
		others[match[1]] = true
	}
	for _, other := range dependsOn(s.Resources[name].Attributes) {
		others[other] = true
	}
	maps.DeleteFunc(others, func(other string, _ bool) bool { return s.Resources[other].Type == "" })
	return slices.Sorted(maps.Keys(others))
}

// dependsOn is one name or a list of them.
func dependsOn(attributes map[string]any) (names []string) {
	switch after := attributes["DependsOn"].(type) {
	case string:
		names = append(names, after)
	case []any:
		for _, other := range after {
			names = append(names, fmt.Sprint(other))
		}
	}
	return names
}
