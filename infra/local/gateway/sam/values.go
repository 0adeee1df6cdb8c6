package sam

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/intrinsic"
)

func (r *reader) readParameters(declared object) {
	r.parameters = map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(r.Parameters)) {
		if declared[name] == nil {
			r.fail(nil, api.ErrDefinition, "no parameter %q in the template", name)
		}
	}
	for name := range declared {
		parameter := document.Members(declared, name)
		kind, _ := parameter["Type"].(string)
		value, ok := any(r.Parameters[name]), false
		if _, ok = r.Parameters[name]; !ok {
			if value, ok = parameter["Default"]; !ok {
				continue
			}
			if strings.HasPrefix(kind, "AWS::SSM::Parameter::Value") {
				r.ignore([]string{"Parameters", name}, "parameter %s is kept in AWS: here its value is %v", name, value)
			}
		}
		if strings.HasPrefix(kind, "List<") || kind == "CommaDelimitedList" {
			var list []any
			for part := range strings.SplitSeq(fmt.Sprint(value), ",") {
				list = append(list, strings.TrimSpace(part))
			}
			value = list
		}
		r.parameters[name] = value
	}
}

// resolve replaces the intrinsic functions in what stands at the path.
func (r *reader) resolve(path []string, v any) any {
	value, problems := r.resolver.Resolve(v)
	r.report(path, problems)
	return value
}

func (r *reader) report(path []string, problems []intrinsic.Problem) {
	for _, p := range problems {
		family, what := api.ErrDefinition, p.What
		if errors.Is(p.Err, intrinsic.ErrUnsupported) {
			family = api.ErrUnsupported
		}
		if name, ok := strings.CutPrefix(what, "no value for parameter "); ok {
			what += fmt.Sprintf(": give --param %s=...", strings.Trim(name, `"`))
		}
		r.fail(below(path, p.Path...), family, "%s", what)
	}
}

func (r *reader) ref(name string) (any, bool, error) {
	if value, ok := r.parameters[name]; ok {
		return value, true, nil
	}
	pseudo := map[string]string{
		"AWS::Region": r.Region, "AWS::AccountId": r.Account, "AWS::Partition": r.Partition, "AWS::URLSuffix": "amazonaws.com",
		"AWS::StackName": "local", "AWS::StackId": "arn:" + r.Partition + ":cloudformation:" + r.Region + ":" + r.Account + ":stack/local/1",
	}
	if value, ok := pseudo[name]; ok {
		return value, true, nil
	}
	if function, version, ok := strings.Cut(name, "."); ok && r.isFunction(function) {
		return r.attribute(function, version)
	}
	if name == implicit[api.REST] || name == implicit[api.HTTP] {
		return name, true, nil
	}
	if r.resources[name] == nil {
		return nil, false, nil
	}
	if value, ok, err := r.ofPool(name, "Ref"); ok || err != nil {
		return value, ok, err
	}
	if r.isPublished(name) {
		return r.aliasARN(name), true, nil
	}
	if !r.isFunction(name) {
		r.standIn(name)
	}
	return r.reference(name), true, nil
}

// ofPool is the Ref or an attribute of the user pool or the app client that stand in
// for the template's.
func (r *reader) ofPool(name, attribute string) (value string, ok bool, err error) {
	host := "cognito-idp." + r.Region + ".amazonaws.com/" + r.PoolID
	kind, _ := r.resources[name]["Type"].(string)
	values := map[string]map[string]string{
		"AWS::Cognito::UserPool": {
			"Ref": r.PoolID, "UserPoolId": r.PoolID, "ProviderName": host, "ProviderURL": "https://" + host,
			"Arn": "arn:" + r.Partition + ":cognito-idp:" + r.Region + ":" + r.Account + ":userpool/" + r.PoolID,
		},
		"AWS::Cognito::UserPoolClient": {"Ref": r.ClientID, "ClientId": r.ClientID},
	}[kind]
	if values != nil && values["Ref"] == "" {
		return "", false, fmt.Errorf("there is no user pool to use in place of %s", name)
	}
	value, ok = values[attribute]
	return value, ok, nil
}

func (r *reader) attribute(resource, attribute string) (any, bool, error) {
	if r.isFunction(resource) {
		switch attribute {
		case "Arn", "Version", "Alias":
			return r.functionARN(resource, attribute), true, nil
		}
	}
	if r.resources[resource] == nil {
		return nil, false, nil
	}
	if value, ok, err := r.ofPool(resource, attribute); ok || err != nil {
		return value, ok, err
	}
	if r.isPublished(resource) {
		if attribute == "Version" {
			return "1", true, nil
		}
		return r.aliasARN(resource), true, nil // FunctionArn or AliasArn
	}
	r.standIn(resource)
	if strings.HasSuffix(attribute, "Arn") {
		return r.standInARN(resource), true, nil
	}
	return r.physicalName(resource) + "-" + attribute, true, nil
}

// addRoles adds the role that SAM makes for each function that has none, which a
// template may refer to.
func (r *reader) addRoles() {
	for _, function := range r.of("AWS::Serverless::Function") {
		if intrinsic.Merge(document.Members(r.globals, "Function"), r.propertiesOf(function))["Role"] != nil {
			continue
		}
		r.resources[function+"Role"] = object{"Type": "AWS::IAM::Role"}
	}
}

func (r *reader) isFunction(name string) bool {
	t := r.resources[name]["Type"]
	return t == "AWS::Serverless::Function" || t == "AWS::Lambda::Function"
}

// isPublished tells whether a resource is a version or an alias of a function.
func (r *reader) isPublished(name string) bool {
	t := r.resources[name]["Type"]
	return t == "AWS::Lambda::Alias" || t == "AWS::Lambda::Version"
}

// functionARN has the logical id, whatever the function's name, and behind it
// what SAM's own references to versions and aliases give.
func (r *reader) functionARN(name, attribute string) string {
	arn := strings.Join([]string{"arn", r.Partition, "lambda", r.Region, r.Account, "function", name}, ":")
	properties := r.propertiesOf(name)
	switch attribute {
	case "Version":
		return arn + ":1"
	case "Alias":
		alias, _ := properties["AutoPublishAlias"].(string)
		return arn + ":" + alias
	}
	return arn
}

// aliasARN is the ARN of a resource that names a function and an alias.
func (r *reader) aliasARN(name string) string {
	properties := r.propertiesOf(name)
	of := fmt.Sprint(r.resolve([]string{"Resources", name, "Properties", "FunctionName"}, properties["FunctionName"]))
	alias, ok := properties["Name"].(string)
	if !ok {
		alias = "1"
	}
	return r.functionARN(of[strings.LastIndex(of, ":")+1:], "Arn") + ":" + alias
}

// local tells whether a property is the name of a file on this machine.
func local(v any) (string, bool) {
	text, _ := v.(string)
	if text == "" || strings.Contains(text, "://") {
		return "", false
	}
	return text, true
}

// file is the path of a file that the template names.
func (r *reader) file(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(r.source.File), name)
}
