package definition_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/definition"
)

// read reads a file of this text.
func read(t *testing.T, text string, o definition.Options) (*definition.Definition, []api.Finding, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "api.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o.Region, o.Account, o.Partition = "us-east-1", "123456789012", "aws"
	return definition.Read(file, o)
}

const (
	call = "{get: {responses: {}, x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST," +
		" uri: 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:F/invocations'}}}"
	event = "{Type: Api, Properties: {Path: /a, Method: get}}"
	other = "{Type: HttpApi, Properties: {Path: /a, Method: get}}"
)

func template(events string) string {
	return "Resources: {F: {Type: AWS::Serverless::Function, Properties: {Events: {" + events + "}}}}"
}

// Each form is one API of the same route.
func TestForms(t *testing.T) {
	t.Parallel()
	for form, tt := range map[string]struct {
		text        string
		api         string // the option
		name, stage string
		kind        api.Kind
	}{
		"OpenAPI":                      {"{openapi: 3.0.1, info: {title: x, version: '1'}, paths: {/a: " + call + "}}", "", "", "", api.REST},
		"Swagger":                      {"{swagger: '2.0', info: {title: x, version: '1'}, paths: {/a: " + call + "}}", "", "", "", api.REST},
		"a template":                   {template("A: " + event), "", "ServerlessRestApi", "Prod", api.REST},
		"a template by its API's name": {template("A: " + event), "ServerlessRestApi", "ServerlessRestApi", "Prod", api.REST},
		"the first of two APIs":        {template("A: " + event + ", B: " + other), "ServerlessRestApi", "ServerlessRestApi", "Prod", api.REST},
		"the second of two APIs":       {template("A: " + event + ", B: " + other), "ServerlessHttpApi", "ServerlessHttpApi", "$default", api.HTTP},
	} {
		d, findings, err := read(t, tt.text, definition.Options{API: tt.api})
		if err != nil || len(findings) > 0 {
			t.Errorf("%s: got %v, %v", form, findings, err)
			continue
		}
		if len(d.API.Routes) != 1 || d.API.Routes[0].Key() != "GET /a" || d.API.Kind != tt.kind || d.Name != tt.name || d.Stage != tt.stage {
			t.Errorf("%s: got %s at %q, %+v, want %s at %q with GET /a", form, d.Name, d.Stage, d.API, tt.name, tt.stage)
		}
	}
}

// Text that is no definition is a finding, at its line.
func TestOtherTexts(t *testing.T) {
	t.Parallel()
	for rule, tt := range map[string]struct{ text, want string }{
		"bad syntax":       {"a: b\na: c\n", "line 2: : document: bad syntax: line 2: a is defined twice"},
		"nothing":          {"", "document: bad syntax: the text is empty"},
		"something else":   {"a: b", "neither OpenAPI, Swagger nor a template: no member openapi, swagger or Resources"},
		"a list":           {"[a]", "neither OpenAPI, Swagger nor a template: no member openapi, swagger or Resources"},
		"a broken Swagger": {"{swagger: '1.2'}", "swagger: bad definition: swagger must be 2.0"},
	} {
		d, findings, err := read(t, tt.text, definition.Options{})
		if err != nil || len(findings) != 1 || findings[0].Error() != "gateway: bad definition: "+tt.want || d != nil && d.API != nil {
			t.Errorf("%s: got %+v, %v, %v, want %s", rule, d, findings, err, tt.want)
		}
	}
}

func TestNoFile(t *testing.T) {
	t.Parallel()
	d, findings, err := definition.Read(filepath.Join(t.TempDir(), "gone.yaml"), definition.Options{})
	if d != nil || len(findings) > 0 || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %+v, %v, %v, want %v", d, findings, err, fs.ErrNotExist)
	}
}

// A template must make the API that is asked for, and one API if none is.
func TestChoice(t *testing.T) {
	t.Parallel()
	const (
		none = "the template makes none: no event of a function is of type Api or HttpApi"
		one  = "the template makes ServerlessRestApi: choose by --api NAME"
		two  = "the template makes ServerlessRestApi, ServerlessHttpApi: choose by --api NAME"
	)
	for rule, tt := range map[string]struct{ events, api, want string }{
		"no API":               {"", "", none},
		"no API by a name":     {"", "Api", none},
		"several APIs":         {"A: " + event + ", B: " + other, "", two},
		"another than the two": {"A: " + event + ", B: " + other, "Api", two},
		"another than the one": {"A: " + event, "Api", one},
	} {
		d, findings, err := read(t, template(tt.events), definition.Options{API: tt.api})
		if d != nil || len(findings) > 0 || !errors.Is(err, definition.ErrAPI) || err.Error() != "definition: which API: "+tt.want {
			t.Errorf("%s: got %+v, %v, %v, want %s", rule, d, findings, err, tt.want)
		}
	}
}

// What keeps a template's only API from being made is told by the findings, not as
// a template without one.
func TestNoneButRefused(t *testing.T) {
	t.Parallel()
	d, findings, err := read(t, "Resources: {Api: {Type: AWS::Serverless::Api, Properties: {DefinitionUri: 's3://bucket/key'}}}", definition.Options{})
	if d != nil || err != nil || len(findings) != 1 || !errors.Is(findings[0], api.ErrUnsupported) {
		t.Errorf("got %+v, %v, %v, want one finding: %v", d, findings, err, api.ErrUnsupported)
	}
}
