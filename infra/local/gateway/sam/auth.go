package sam

import (
	"maps"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
)

// Placeholders in an operation's security until the document is complete.
const (
	none      = "NONE"          // no authorizer, whatever the default
	noKey     = "api_key_false" // no API key, whatever the default
	apiKey    = "api_key"
	signature = "AWS_IAM"
)

// secure adds what an event says of its authorizer and key.
func (b *builder) secure(e event, op object) {
	auth := document.Members(e.properties, "Auth")
	at := below(e.path, "Auth")
	if auth["ResourcePolicy"] != nil {
		b.fail(below(at, "ResourcePolicy"), api.ErrUnsupported, "resource policies")
	}
	name, _ := auth["Authorizer"].(string)
	if scopes := auth["AuthorizationScopes"]; name == "" && scopes != nil {
		name, _ = document.Members(b.properties, "Auth")["DefaultAuthorizer"].(string)
	}
	if name != "" {
		if b.authorizer(name) == nil && name != none && name != signature {
			b.fail(below(at, "Authorizer"), api.ErrDefinition, "no authorizer %q in the API's Auth", name)
		}
		if name == none && b.Kind == api.HTTP && document.Members(b.properties, "Auth")["DefaultAuthorizer"] == nil {
			b.fail(below(at, "Authorizer"), api.ErrDefinition, "SAM takes NONE only where there is a DefaultAuthorizer")
		}
		require(op, object{name: b.scopes(name, auth["AuthorizationScopes"])})
	}
	switch auth["ApiKeyRequired"] {
	case true:
		require(op, object{apiKey: []any{}})
	case false:
		require(op, object{noKey: []any{}})
	}
}

// override is what an event changes of an operation in the API's own document:
// its authorizer, if it asks for that.
func (b *builder) override(e event, op object) {
	if op != nil && document.Members(e.properties, "Auth")["OverrideApiAuth"] == true {
		delete(op, "security")
		b.secure(e, op)
	}
}

// schemes are the names in an operation's security.
func schemes(op object) (names []string) {
	list, _ := op["security"].([]any)
	for _, requirement := range list {
		names = slices.AppendSeq(names, maps.Keys(document.Members(requirement)))
	}
	return names
}

func (b *builder) authorizer(name string) object {
	return document.Members(b.properties, "Auth", "Authorizers", name)
}

// scopes are an event's own, or else its authorizer's.
func (b *builder) scopes(authorizer string, own any) []any {
	if scopes, ok := own.([]any); ok {
		return scopes
	}
	if scopes, ok := b.authorizer(authorizer)["AuthorizationScopes"].([]any); ok {
		return scopes
	}
	return []any{}
}

// authorize declares the API's authorizers, gives its default to each operation
// without one, and takes the marks away.
func (b *builder) authorize() {
	auth := document.Members(b.properties, "Auth")
	b.refuseAuth(auth)
	declared := document.Make(b.root, "components", "securitySchemes")
	for _, name := range slices.Sorted(maps.Keys(document.Members(auth, "Authorizers"))) {
		at := b.at("Auth", "Authorizers", name)
		if b.Kind == api.HTTP {
			declared[name] = b.httpScheme(at, b.authorizer(name))
		} else {
			declared[name] = b.restScheme(at, b.authorizer(name))
		}
		b.doc.Graft([]string{"components", "securitySchemes", name}, b.source, at...)
	}
	standard, _ := auth["DefaultAuthorizer"].(string)
	if standard != "" && standard != signature && b.authorizer(standard) == nil {
		b.fail(b.at("Auth", "DefaultAuthorizer"), api.ErrDefinition, "no authorizer %q in Auth", standard)
	}
	for _, path := range slices.Sorted(maps.Keys(document.Members(b.root, "paths"))) {
		for method, op := range b.operations(path) {
			preflight := method == "options" && (b.Kind == api.HTTP || auth["AddDefaultAuthorizerToCorsPreflight"] == false)
			b.finishSecurity(op, standard, preflight)
			if auth["ApiKeyRequired"] == true && !(method == "options" && auth["AddApiKeyRequiredToCorsPreflight"] == false) {
				b.requireKey(op)
			}
			b.unmark(op, declared)
		}
	}
}

func (b *builder) refuseAuth(auth object) {
	if auth["ResourcePolicy"] != nil {
		b.fail(b.at("Auth", "ResourcePolicy"), api.ErrUnsupported, "resource policies")
	}
	if plan := document.Members(auth, "UsagePlan"); plan != nil && plan["CreateUsagePlan"] != "NONE" {
		b.fail(b.at("Auth", "UsagePlan"), api.ErrUnsupported, "usage plans")
	}
}

// operations are the path's that call something.
func (b *builder) operations(path string) map[string]object {
	all := map[string]object{}
	for method, op := range document.Members(b.root, "paths", path) {
		if op, ok := op.(object); ok && op[integrationExtension] != nil {
			all[method] = op
		}
	}
	return all
}

// finishSecurity gives an operation the default authorizer if it names neither
// one nor NONE.
func (b *builder) finishSecurity(op object, standard string, preflight bool) {
	if standard == "" || preflight {
		return
	}
	if slices.ContainsFunc(schemes(op), func(name string) bool {
		return b.Kind == api.HTTP || name == none || name == signature || b.authorizer(name) != nil
	}) {
		return
	}
	require(op, object{standard: b.scopes(standard, nil)})
}

func (b *builder) requireKey(op object) {
	if named := schemes(op); !slices.Contains(named, apiKey) && !slices.Contains(named, noKey) {
		require(op, object{apiKey: []any{}})
	}
}

func require(op, requirement object) {
	list, _ := op["security"].([]any)
	op["security"] = slices.Concat(list, []any{requirement})
}

// unmark leaves the requirements that the document declares, and declares those
// that SAM does by itself.
func (b *builder) unmark(op, declared object) {
	if op["security"] == nil {
		return
	}
	list, _ := op["security"].([]any)
	left := []any{}
	for _, requirement := range list {
		out := object{}
		for name, scopes := range document.Members(requirement) {
			switch {
			case name == none, name == noKey:
				continue
			case name == signature && declared[name] == nil:
				declared[name] = object{"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}
			case name == apiKey && declared[name] == nil:
				declared[name] = object{"type": "apiKey", "name": "x-api-key", "in": "header"}
			}
			out[name] = scopes
		}
		if len(out) > 0 {
			left = append(left, out)
		}
	}
	op["security"] = left
}

// sources lists an authorizer's identity sources as definitions do; nil if it has
// none.
func sources(identity object, prefixes [][2]string) any {
	var list []string
	for _, p := range prefixes {
		names, _ := identity[p[0]].([]any)
		for _, name := range names {
			if text, ok := name.(string); ok {
				list = append(list, p[1]+text)
			}
		}
	}
	if list == nil {
		return nil
	}
	return strings.Join(list, ",")
}

var (
	restSources = [][2]string{{"Headers", "method.request.header."}, {"QueryStrings", "method.request.querystring."}, {"StageVariables", "stageVariables."}, {"Context", "context."}}
	httpSources = [][2]string{{"Headers", "$request.header."}, {"QueryStrings", "$request.querystring."}, {"StageVariables", "$stageVariables."}, {"Context", "$context."}}
)
