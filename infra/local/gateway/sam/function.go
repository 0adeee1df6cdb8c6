package sam

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/intrinsic"
)

// function reads a resource that is a function, with what Globals say.
func (r *reader) function(name string) *Function {
	if !r.isFunction(name) {
		return nil
	}
	path := []string{"Resources", name}
	f := &Function{ID: name, Name: name, Environment: map[string]string{}}
	f.File, f.Line = r.source.Place(path...)
	properties := r.propertiesOf(name)
	serverless := r.resources[name]["Type"] == "AWS::Serverless::Function"
	if serverless {
		properties = intrinsic.Merge(document.Members(r.globals, "Function"), properties)
	}
	value := func(property string) any {
		return r.resolve(r.origin(name, "Function", property), properties[property])
	}
	f.Handler, _ = value("Handler").(string)
	f.Runtime, _ = value("Runtime").(string)
	f.Memory, _ = strconv.Atoi(fmt.Sprint(value("MemorySize")))
	f.Timeout = 3 * time.Second
	if seconds, err := strconv.Atoi(fmt.Sprint(value("Timeout"))); err == nil && seconds > 0 {
		f.Timeout = time.Duration(seconds) * time.Second
	}
	if text, ok := value("FunctionName").(string); ok {
		f.Name = text
	}
	if serverless {
		f.Code, _ = local(value("CodeUri"))
		f.Inline, _ = value("InlineCode").(string)
	} else {
		code := value("Code")
		f.Code, _ = local(code)
		f.Inline, _ = document.Members(code)["ZipFile"].(string)
	}
	r.environment(f, r.origin(name, "Function", "Environment", "Variables"), document.Members(properties, "Environment", "Variables"))
	f.Layers = r.layers(r.origin(name, "Function", "Layers"), properties["Layers"])
	return f
}

// environment reads variables. One without a value here is left out, as that
// stops nothing else.
func (r *reader) environment(f *Function, path []string, variables object) {
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		value, problems := r.resolver.Resolve(variables[name])
		if len(problems) > 0 {
			r.ignore(below(path, name), "environment variable %s: %s", name, problems[0].What)
			continue
		}
		if value != nil {
			f.Environment[name] = fmt.Sprint(value)
		}
	}
}

// origin is where a property of a resource stands: there, or in Globals.
func (r *reader) origin(name, global string, path ...string) []string {
	if has(r.propertiesOf(name), path) || !has(document.Members(r.globals, global), path) {
		return below([]string{"Resources", name, "Properties"}, path...)
	}
	return below([]string{"Globals", global}, path...)
}

func has(v any, path []string) bool {
	for _, name := range path {
		members, _ := v.(object)
		if v = members[name]; v == nil {
			return false
		}
	}
	return true
}

// refused are the resources that make an API in a way that is not built here, or
// decide who gets in.
var refused = map[string]string{
	"AWS::ApiGateway::RestApi":            "CloudFormation's own REST API resources",
	"AWS::ApiGateway::Method":             "CloudFormation's own REST API resources",
	"AWS::ApiGateway::Authorizer":         "CloudFormation's own REST API resources",
	"AWS::ApiGateway::UsagePlan":          "usage plans",
	"AWS::ApiGatewayV2::Api":              "CloudFormation's own HTTP API resources",
	"AWS::ApiGatewayV2::Route":            "CloudFormation's own HTTP API resources",
	"AWS::ApiGatewayV2::Authorizer":       "CloudFormation's own HTTP API resources",
	"AWS::Serverless::WebSocketApi":       "WebSocket APIs",
	"AWS::ApiGateway::GatewayResponse":    "CloudFormation's own REST API resources",
	"AWS::ApiGateway::RequestValidator":   "CloudFormation's own REST API resources",
	"AWS::WAFv2::WebACLAssociation":       "WAF",
	"AWS::WAFRegional::WebACLAssociation": "WAF",
}

// unread are resources that may make something of their own, and have no say in the
// template's API.
var unread = map[string]string{
	"AWS::Serverless::GraphQLApi":  "AppSync APIs",
	"AWS::CloudFormation::Stack":   "nested stacks",
	"AWS::Serverless::Application": "nested applications",
}

// refuse names each kind of refused or unread resource once.
func (r *reader) refuse() {
	named := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(r.resources)) {
		resource := r.resources[name]
		kind, _ := resource["Type"].(string)
		what := refused[kind]
		if kind == "AWS::ApiGatewayV2::Api" && document.Members(resource, "Properties")["ProtocolType"] == "WEBSOCKET" {
			what = "WebSocket APIs"
		}
		if note := unread[kind]; note != "" && !named[note] {
			named[note] = true
			r.ignore([]string{"Resources", name}, "%s (%s): not made here", note, kind)
		}
		if what != "" && !named[what] {
			named[what] = true
			r.fail([]string{"Resources", name}, api.ErrUnsupported, "%s (%s)", what, kind)
		}
	}
}

// A Layer is one of a function's layers whose files are on this machine.
type Layer struct {
	ID     string // logical id
	Folder string // relative to the template
}

// layers are those that the template makes of local files. Others are noted: what is
// in them the function will not find.
func (r *reader) layers(path []string, list any) (found []Layer) {
	elements, ok := list.([]any)
	if !ok && list != nil {
		elements = []any{list}
	}
	for _, element := range elements {
		id, _ := document.Members(element)["Ref"].(string)
		if folder := r.layerFolder(id); folder != "" {
			found = append(found, Layer{ID: id, Folder: folder})
			continue
		}
		r.ignore(path, "a layer that is not of this template's files")
	}
	return found
}

func (r *reader) layerFolder(id string) string {
	properties := r.propertiesOf(id)
	kind, _ := r.resources[id]["Type"].(string)
	if !strings.HasSuffix(kind, "::LayerVersion") {
		return ""
	}
	for _, property := range []string{"ContentUri", "Content"} {
		if folder, ok := local(r.resolve([]string{"Resources", id, "Properties", property}, properties[property])); ok {
			return folder
		}
	}
	return ""
}
