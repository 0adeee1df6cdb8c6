package cloudformation

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
)

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
