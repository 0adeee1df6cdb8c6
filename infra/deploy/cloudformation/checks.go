package cloudformation

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
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

// checkParameter checks a value against the parameter's declaration.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
func checkParameter(name, value string, declaration map[string]any) error {
	refuse := func(why string) error {
		if sentence, ok := declaration["ConstraintDescription"].(string); ok {
			why = sentence
		}
		return fmt.Errorf("%w: parameter %s: %s", ErrRefused, name, why)
	}
	if allowed, ok := declaration["AllowedValues"].([]any); ok {
		if !slices.ContainsFunc(allowed, func(v any) bool { return fmt.Sprint(v) == value }) {
			return refuse(fmt.Sprintf("must be one of %v", allowed))
		}
	}
	if pattern, ok := declaration["AllowedPattern"].(string); ok {
		expression, err := regexp.Compile(`\A(?:` + pattern + `)\z`) // CloudFormation matches the whole value
		if err != nil {
			return fmt.Errorf("cloudformation: parameter %s: %w", name, err)
		}
		if !expression.MatchString(value) {
			return refuse("must match " + pattern)
		}
	}
	if declaration["Type"] != "Number" {
		return nil
	}
	number, err := strconv.Atoi(value)
	if err != nil {
		return refuse("must be a number")
	}
	if least, ok := declaration["MinValue"].(int); ok && number < least {
		return refuse(fmt.Sprintf("must be at least %d", least))
	}
	if most, ok := declaration["MaxValue"].(int); ok && number > most {
		return refuse(fmt.Sprintf("must be at most %d", most))
	}
	return nil
}

// checkRules returns every assertion that fails, in its own words.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
func (t *Template) checkRules(e *evaluator) error {
	var failed []error
	rules := t.section("Rules")
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		rule := rules[name].(map[string]any)
		if condition, ok := rule["RuleCondition"]; ok && !e.truth("Rules."+name, condition) {
			continue
		}
		for _, assertion := range rule["Assertions"].([]any) {
			a := assertion.(map[string]any)
			if !e.truth("Rules."+name, a["Assert"]) {
				failed = append(failed, fmt.Errorf("%w: %v", ErrRefused, a["AssertDescription"]))
			}
		}
	}
	return errors.Join(append(failed, e.errs...)...)
}
