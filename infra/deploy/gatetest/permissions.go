package gatetest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
)

// Permitted: API Gateway may call the function as an authorizer of this API, and
// nobody else may call it. The permission names the function by id or ARN, and
// the authorizer by id or by a wildcard.
func Permitted(s *cloudformation.Stack, function, api string) (p Problems) {
	var permitted bool
	for _, name := range s.OfType("AWS::Lambda::Permission") {
		permission := s.Resources[name].Properties
		if of, _ := referenced(permission["FunctionName"]); of != function {
			continue
		}
		p.Want(name+".Action", permission["Action"], "lambda:InvokeFunction")
		p.Want(name+".Principal", permission["Principal"], "apigateway.amazonaws.com")
		source := Text(permission["SourceArn"])
		authorizer, ok := strings.CutPrefix(source, "arn:aws:execute-api:eu-west-1:123456789012:${"+api+"}/authorizers/")
		if !ok && strings.Contains(source, "/authorizers/") { // another API's
			continue
		}
		if _, one := referenced(authorizer); !ok || !one && authorizer != "*" {
			p.Add("%s.SourceArn: %s, want the authorizers of %s", name, source, api)
		}
		permitted = true
	}
	if !permitted {
		p.Add("%s: no permission for the authorizers of %s", function, api)
	}
	return p
}

// Permissions: no function can be reached except through the API and by the roles' own
// policies, and no policy says everything or everybody. Allowed tells the wildcards
// that have a reason, as "element value".
func Permissions(s *cloudformation.Stack, allowed func(resource, wildcard string) bool) (p Problems) {
	elsewhere := []string{"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy", "AWS::Lambda::Url"}
	for name, r := range s.Resources {
		if slices.Contains(elsewhere, r.Type) {
			p.Add("%s: %s is a way of its own", name, r.Type)
		}
		for _, property := range []string{"ResourcePolicy", "FunctionUrlConfig", "Events"} {
			if r.Properties[property] != nil {
				p.Add("%s: %s is a way of its own", name, property)
			}
		}
		for _, wildcard := range wildcards("", r.Properties) {
			if !allowed(name, wildcard) {
				p.Add("%s: %s", name, wildcard)
			}
		}
	}
	return p
}

// wildcards lists what a policy below v says with a wildcard, as "element value".
// A wildcard in a Deny lets nobody in.
func wildcards(element string, v any) (all []string) {
	switch v := v.(type) {
	case map[string]any:
		if v["Effect"] == "Deny" {
			return nil
		}
		for name, member := range v {
			if element == "Principal" {
				name = element // Principal: {AWS: "*"}
			}
			all = append(all, wildcards(name, member)...)
		}
	case []any:
		for _, member := range v {
			all = append(all, wildcards(element, member)...)
		}
	case string:
		elements := []string{"Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "SourceArn"}
		if slices.Contains(elements, element) && strings.Contains(v, "*") {
			all = append(all, fmt.Sprint(element, " ", v))
		}
	}
	return all
}

// Deployed: a REST API's deployment is a copy, so whatever the API consists of is
// there before it.
func Deployed(s *cloudformation.Stack, api string) (p Problems) {
	e := exporter{s, api}
	deployments := 0
	e.each("AWS::ApiGateway::Deployment", "RestApiId", func(name string, _ map[string]any) {
		deployments++
		before := map[string]bool{}
		var visit func(name string)
		visit = func(name string) {
			for _, other := range s.WaitsFor(name) {
				if !before[other] {
					before[other] = true
					visit(other)
				}
			}
		}
		visit(name)
		for _, resourceType := range []string{"AWS::ApiGateway::Method", "AWS::ApiGateway::GatewayResponse"} {
			e.each(resourceType, "RestApiId", func(part string, _ map[string]any) {
				if !before[part] {
					p.Add("%s: does not wait for %s", name, part)
				}
			})
		}
	})
	if deployments == 0 {
		p.Add("%s: no deployment", api)
	}
	return p
}
