package sam

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/intrinsic"
)

// A kind is what differs between SAM's two resources for APIs.
type kind struct {
	api.Kind
	resource string
	short    string // its name in Globals, and the type of functions' events
	id       string // the event's property that names the API
	stage    string // of an API that says none
	finish   func(*builder)
}

// implicit names the API of events that name none.
var implicit = map[api.Kind]string{api.REST: "ServerlessRestApi", api.HTTP: "ServerlessHttpApi"}

var kinds = []kind{
	{api.REST, "AWS::Serverless::Api", "Api", "RestApiId", "Prod", (*builder).finishREST},
	{api.HTTP, "AWS::Serverless::HttpApi", "HttpApi", "ApiId", "$default", (*builder).finishHTTP},
}

// A builder makes the OpenAPI document of one API.
type builder struct {
	*reader
	kind
	name       string
	properties object // with those of Globals, resolved; see read
	doc        *document.Document
	root       object
	managed    bool // has no document of its own: events make it
}

// An event is one of a function's that belongs to an API.
type event struct {
	function   string
	path       []string // of its properties in the template
	properties object   // resolved
}

// apis reads every API of the template, and those of events that name none.
func (r *reader) apis() []*API {
	var all []*API
	events := r.events()
	for _, k := range kinds {
		names := r.of(k.resource)
		if id := implicit[k.Kind]; len(events[id]) > 0 && !slices.Contains(names, id) {
			names = append(names, id)
		}
		for _, name := range names {
			b := &builder{reader: r, kind: k, name: name}
			if a := b.build(events[name]); a != nil {
				all = append(all, a)
			}
		}
	}
	return all
}

// events are those of all functions, by the API that they belong to. It notes those
// that nothing sends here.
func (r *reader) events() map[string][]event {
	all := map[string][]event{}
	for _, function := range r.of("AWS::Serverless::Function") {
		declared := document.Members(r.propertiesOf(function), "Events")
		for _, id := range slices.Sorted(maps.Keys(declared)) {
			path := []string{"Resources", function, "Properties", "Events", id}
			sender := fmt.Sprint(document.Members(declared, id)["Type"])
			i := slices.IndexFunc(kinds, func(k kind) bool { return k.short == sender })
			if i < 0 {
				r.ignore(path, "events of type %s: nothing sends them here", sender)
				continue
			}
			k, e := kinds[i], event{function: function, path: below(path, "Properties")}
			raw := maps.Clone(document.Members(declared, id, "Properties"))
			of := r.apiOf(k, raw[k.id])
			if of == "" {
				r.fail(below(e.path, k.id), api.ErrUnsupported, "%s names no %s of this template", k.id, k.resource)
				continue
			}
			delete(raw, k.id)
			e.properties, _ = r.resolve(e.path, raw).(object)
			all[of] = append(all[of], e)
		}
	}
	return all
}

// apiOf is the logical id of the API that an event names; empty if it is none.
func (r *reader) apiOf(k kind, id any) string {
	if ref, ok := id.(object); ok && len(ref) == 1 {
		id = ref["Ref"]
	}
	name, _ := id.(string)
	switch {
	case id == nil, name == implicit[k.Kind]:
		return implicit[k.Kind]
	case r.resources[name]["Type"] == k.resource:
		return name
	}
	return ""
}

// build returns nil if there is no document to serve.
func (b *builder) build(events []event) *API {
	b.properties = b.read()
	if !b.body() {
		return nil
	}
	for _, e := range events {
		b.add(e)
	}
	b.finish(b)
	a := &API{Name: b.name, Kind: b.Kind, Document: b.doc, Stage: b.stage}
	if stage, ok := b.properties["StageName"].(string); ok {
		a.Stage = stage
	}
	for _, property := range []string{"Variables", "StageVariables"} {
		for name, value := range document.Members(b.properties, property) {
			if a.Variables == nil {
				a.Variables = map[string]string{}
			}
			a.Variables[name] = fmt.Sprint(value)
		}
	}
	return a
}

// properties that are read; others change nothing here.
var properties = []string{
	"Auth", "BinaryMediaTypes", "Cors", "CorsConfiguration", "GatewayResponses", "MergeDefinitions", "Models", "StageName", "StageVariables", "Variables",
	"FailOnWarnings",
}

func (b *builder) read() object {
	raw := intrinsic.Merge(document.Members(b.globals, b.short), b.propertiesOf(b.name))
	out := object{}
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		switch {
		case slices.Contains(properties, name):
			if value := b.resolve(b.at(name), raw[name]); value != nil {
				out[name] = value
			}
		case strings.HasPrefix(name, "Definition"): // see body
			out[name] = raw[name]
		case slices.Contains(notable, name):
			b.ignore(b.at(name), "%s", name)
		}
	}
	return out
}

// notable properties are worth a line, since they change what a client sees.
var notable = []string{"CacheClusterEnabled", "CanarySetting", "DefaultRouteSettings", "Domain", "MethodSettings", "MinimumCompressionSize", "RouteSettings"}

// at is where a property of the API stands in the template.
func (b *builder) at(path ...string) []string { return b.origin(b.name, b.short, path...) }

// integrationExtension is where an operation says what it calls.
const (
	integrationExtension = "x-amazon-apigateway-integration"
	anyMethod            = "x-amazon-apigateway-any-method"
)

// add puts an event's route into the document, where SAM does.
func (b *builder) add(e event) {
	path, method := fmt.Sprint(e.properties["Path"]), strings.ToLower(fmt.Sprint(e.properties["Method"]))
	switch {
	case b.Kind == api.HTTP && e.properties["Path"] == nil && e.properties["Method"] == nil, path == "$default":
		path, method = "/$default", "any"
	case e.properties["Path"] == nil || e.properties["Method"] == nil:
		b.fail(e.path, api.ErrDefinition, "an event needs a Path and a Method")
		return
	case !strings.HasPrefix(path, "/"):
		b.fail(below(e.path, "Path"), api.ErrDefinition, "Path %q: want a / first", path)
		return
	}
	if method == "any" || method == "*" {
		method = anyMethod
	}
	if len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	item := b.item(path)
	existing, _ := item[method].(object)
	called := existing[integrationExtension] != nil
	switch {
	case b.managed && called:
		b.fail(below(e.path, "Path"), api.ErrDefinition, "%s %s is defined twice", strings.ToUpper(strings.TrimSuffix(strings.TrimPrefix(method, "x-amazon-apigateway-"), "-method")), path)
	case !b.managed && b.Kind == api.REST && b.properties["MergeDefinitions"] != true:
		b.override(e, existing)
	case called:
		b.secure(e, existing)
	default:
		item[method] = intrinsic.Merge(existing, b.operation(e))
		b.doc.Graft([]string{"paths", path, method}, b.source, e.path...)
	}
}

// item is the document's path item, made if there is none.
func (b *builder) item(path string) object {
	paths := document.Members(b.root, "paths")
	item, ok := paths[path].(object)
	if !ok {
		item = object{}
		if b.managed || b.Kind == api.HTTP || b.properties["MergeDefinitions"] == true {
			paths[path] = item
		}
	}
	return item
}

// operation calls the event's function.
func (b *builder) operation(e event) object {
	integration := object{"type": "aws_proxy", "httpMethod": "POST", "uri": b.invocation(b.eventARN(e.function))}
	if ms, ok := e.properties["TimeoutInMillis"].(int); ok {
		integration["timeoutInMillis"] = ms
	}
	if mode := e.properties["ResponseTransferMode"]; mode != nil && mode != "BUFFERED" {
		b.ignore(below(e.path, "ResponseTransferMode"), "ResponseTransferMode: the answer is sent as a whole")
	}
	op := object{integrationExtension: integration, "responses": object{}}
	if b.Kind == api.HTTP {
		integration["payloadFormatVersion"] = "2.0"
		if version := e.properties["PayloadFormatVersion"]; version != nil {
			integration["payloadFormatVersion"] = version
		}
	} else {
		b.request(e, op)
	}
	b.secure(e, op)
	return op
}

// eventARN is that of the function's alias, where it has one.
func (b *builder) eventARN(function string) string {
	properties := intrinsic.Merge(document.Members(b.globals, "Function"), b.propertiesOf(function))
	if alias, ok := properties["AutoPublishAlias"].(string); ok && alias != "" {
		return b.functionARN(function, "") + ":" + alias
	}
	return b.functionARN(function, "Arn")
}

func (b *builder) invocation(arn string) string {
	return "arn:" + b.Partition + ":apigateway:" + b.Region + ":lambda:path/2015-03-31/functions/" + arn + "/invocations"
}
