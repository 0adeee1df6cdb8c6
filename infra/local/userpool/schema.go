package userpool

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A SchemaAttribute is one that users of the pool may have beside the standard
// ones, as custom:NAME, or one of the standard ones that they must have.
//
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SchemaAttributeType.html
type SchemaAttribute struct {
	Name                       string // without custom:
	AttributeDataType          string `json:",omitzero"` // String, Number, DateTime or Boolean; empty is String
	DeveloperOnlyAttribute     bool
	Mutable                    *bool `json:",omitzero"` // nil is true
	Required                   bool
	NumberAttributeConstraints *numberConstraints `json:",omitzero"`
	StringAttributeConstraints *stringConstraints `json:",omitzero"`
}

type numberConstraints struct {
	MinValue string `json:",omitzero"`
	MaxValue string `json:",omitzero"`
}

type stringConstraints struct {
	MinLength string `json:",omitzero"`
	MaxLength string `json:",omitzero"`
}

// standard are the attributes of OpenID Connect Core, section 5.1, that every
// pool has and users may write.
var standard = []string{
	"address", "birthdate", "email", "family_name", "gender", "given_name", "locale", "middle_name", "name", "nickname",
	"phone_number", "picture", "preferred_username", "profile", "updated_at", "website", "zoneinfo",
}

// standardAttribute is one of them, as Cognito describes it.
func standardAttribute(name string) SchemaAttribute {
	switch name {
	case "updated_at":
		return SchemaAttribute{Name: name, AttributeDataType: "Number", NumberAttributeConstraints: &numberConstraints{MinValue: "0"}}
	case "birthdate":
		return SchemaAttribute{Name: name, StringAttributeConstraints: &stringConstraints{"10", "10"}}
	}
	return SchemaAttribute{Name: name, StringAttributeConstraints: &stringConstraints{"0", "2048"}}
}

// readOnly are the attributes that the pool itself writes.
func readOnly() []SchemaAttribute {
	return []SchemaAttribute{
		{Name: "sub", Mutable: new(false), Required: true, StringAttributeConstraints: &stringConstraints{"1", "2048"}},
		{Name: "email_verified", AttributeDataType: "Boolean"},
		{Name: "phone_number_verified", AttributeDataType: "Boolean"},
	}
}

// poolWrites reports whether the attribute is one of them.
func poolWrites(name string) bool {
	return slices.ContainsFunc(readOnly(), func(a SchemaAttribute) bool { return a.Name == name })
}

const customPrefix = "custom:"

var customName = regexp.MustCompile(`^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,20}$`)

func wrongSchema(schema []SchemaAttribute) (wrong []string) {
	for _, a := range schema {
		isStandard := slices.Contains(standard, a.Name)
		if !customName.MatchString(a.Name) { // as every standard name does
			wrong = append(wrong, fmt.Sprintf("Settings: Schema: %q must be a name of 1 to 20 characters", a.Name))
		}
		if !slices.Contains([]string{"", "String", "Number", "DateTime", "Boolean"}, a.AttributeDataType) {
			wrong = append(wrong, fmt.Sprintf("Settings: Schema: %s: %q must be String, Number, DateTime or Boolean", a.Name, a.AttributeDataType))
		}
		if a.Required && !isStandard {
			wrong = append(wrong, fmt.Sprintf("Settings: Schema: %s: only standard attributes can be required", a.Name))
		}
	}
	return wrong
}

// attributeOf returns what the pool knows of an attribute, custom ones with their
// prefix; ok is false if it has none of that name.
func (s Settings) attributeOf(name string) (a SchemaAttribute, ok bool) {
	for _, a := range s.Schema {
		if isStandard := slices.Contains(standard, a.Name); isStandard && a.Name == name || !isStandard && customPrefix+a.Name == name {
			return a, true
		}
	}
	return standardAttribute(name), slices.Contains(standard, name)
}

// wholeSchema lists what DescribeUserPool does: the standard attributes, as the
// pool has them, and its own.
func (s Settings) wholeSchema() []SchemaAttribute {
	whole := readOnly()
	for _, name := range standard {
		a, _ := s.attributeOf(name)
		whole = append(whole, a)
	}
	for _, a := range s.Schema {
		if !slices.Contains(standard, a.Name) {
			a.Name = customPrefix + a.Name
			whole = append(whole, a)
		}
	}
	for i := range whole {
		if whole[i].AttributeDataType == "" {
			whole[i].AttributeDataType = "String"
		}
		if whole[i].Mutable == nil {
			whole[i].Mutable = new(true)
		}
		whole[i].Required = whole[i].Required || whole[i].Name == byEmail
	}
	return whole
}

// lacking names the required attributes that are not there, the e-mail address
// aside: that is every user's.
func (s Settings) lacking(attributes map[string]string) (names []string) {
	for _, a := range s.Schema {
		if a.Required && a.Name != byEmail && attributes[a.Name] == "" {
			names = append(names, a.Name)
		}
	}
	return names
}

// missing returns the fault of a sign-up without a required attribute.
func (s Settings) missing(attributes map[string]string) error {
	lacks := s.lacking(attributes)
	if lacks == nil {
		return nil
	}
	for i, name := range lacks {
		lacks[i] = name + ": The attribute " + name + " is required"
	}
	return invalid("Attributes did not conform to the schema: %s\n", strings.Join(lacks, "; "))
}

// mutable returns the fault of a change of what holds forever.
func (s Settings) mutable(attributes []attribute) error {
	for _, a := range attributes {
		if known, _ := s.attributeOf(a.Name); known.Mutable != nil && !*known.Mutable {
			return errImmutable(a.Name)
		}
	}
	return nil
}

func errImmutable(name string) error {
	return invalid("user.%.64s: Attribute cannot be updated.\n", name)
}

// phoneForm is E.164's.
var phoneForm = regexp.MustCompile(`^\+[0-9]{1,15}$`)

// check returns why the value cannot be the attribute's. Cognito holds values to
// type and bounds; only a phone number and birthdate have a form as well.
func (a SchemaAttribute) check(name, value string) error {
	if value == "" { // takes the attribute away
		return nil
	}
	if name == "phone_number" && !phoneForm.MatchString(value) {
		return invalid("Invalid phone number format.")
	}
	const bad = "Attributes did not conform to the schema: "
	if limits := a.StringAttributeConstraints; limits != nil && (a.AttributeDataType == "" || a.AttributeDataType == "String") {
		n := utf8.RuneCountInString(value)
		if most, err := strconv.Atoi(limits.MaxLength); err == nil && n > most {
			return invalid(bad+"%s: String must be no longer than %d characters", name, most)
		}
		if least, _ := strconv.Atoi(limits.MinLength); n < least { // 0 if there is none
			return invalid(bad+"%s: String must be at least %d characters", name, least)
		}
	}
	if a.AttributeDataType != "Number" {
		return nil
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return invalid(bad+"%s: Attribute value must be a number", name)
	}
	if limits := a.NumberAttributeConstraints; limits != nil {
		if most, err := strconv.ParseFloat(limits.MaxValue, 64); err == nil && n > most {
			return invalid(bad+"%s: Number must be no larger than %s", name, limits.MaxValue)
		}
		if least, err := strconv.ParseFloat(limits.MinValue, 64); err == nil && n < least {
			return invalid(bad+"%s: Number must be no smaller than %s", name, limits.MinValue)
		}
	}
	return nil
}
