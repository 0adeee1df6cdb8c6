package openapi

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

const (
	gatewayResponses   = "x-amazon-apigateway-gateway-responses"
	validatorExtension = "x-amazon-apigateway-request-validator"
	binaryTypes        = "x-amazon-apigateway-binary-media-types"
	keySource          = "x-amazon-apigateway-api-key-source"
	corsExtension      = "x-amazon-apigateway-cors"
)

// readRoot reads what an API has at the document's root.
func (r *reader) readRoot(a *api.API) {
	if r.Kind == api.HTTP {
		a.CORS = r.cors()
		return
	}
	a.Responses = r.responses()
	r.root(binaryTypes, &a.Binary)
	var source any
	if r.root(keySource, &source) && !strings.EqualFold(fmt.Sprint(source), "HEADER") {
		r.fail(atRoot(keySource), api.ErrUnsupported, "API keys from %v, not from the header", source)
	}
	var validators map[string]struct {
		Body       bool `json:"validateRequestBody"`
		Parameters bool `json:"validateRequestParameters"`
	}
	r.root(validatorExtension+"s", &validators)
	for name, v := range validators {
		r.validators[name] = api.Validator{Body: v.Body, Parameters: v.Parameters}
	}
}

// root reads an extension of the document, and reports whether it is there.
func (r *reader) root(name string, into any) bool {
	extension, ok := r.doc.Extensions[name]
	if ok {
		r.decode(atRoot(name), extension, into)
	}
	return ok
}

func atRoot(member string) place { return place{member, []string{member}} }

func (r *reader) responses() map[string]api.Response {
	var raw map[string]struct {
		StatusCode         any               `json:"statusCode"`
		ResponseParameters map[string]string `json:"responseParameters"`
		ResponseTemplates  map[string]string `json:"responseTemplates"`
	}
	r.root(gatewayResponses, &raw)
	all := map[string]api.Response{}
	for kind, in := range raw {
		p := place{gatewayResponses + ": " + kind, []string{gatewayResponses, kind}}
		known := ofRequest
		if !r.AsImported { // our own definition has fixed ones
			known = nil
		}
		out := api.Response{
			Header:   r.headers(p.in("responseParameters"), "gatewayresponse.header.", in.ResponseParameters, known),
			Template: r.template(p.in("responseTemplates"), in.ResponseTemplates),
		}
		if in.StatusCode != nil {
			n, _ := strconv.Atoi(fmt.Sprint(in.StatusCode)) // 0 if it is not a number
			if n < 200 || n > 599 {
				r.fail(p.in("statusCode"), api.ErrDefinition, "statusCode is not a status")
			}
			out.Status = n
		}
		for _, name := range api.TemplateVariable.FindAllString(out.Template, -1) {
			if !slices.Contains(api.TemplateVariables, strings.TrimRight(name, ".")) && !(r.AsImported && api.OfRequest.MatchString(name) && !strings.HasPrefix(name, "$context.error.")) {
				r.unbuilt(p.in("responseTemplates"), "variable %q", name)
			}
		}
		all[kind] = out
	}
	return all
}

// cors reads x-amazon-apigateway-cors.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-cors-configuration.html
func (r *reader) cors() *api.CORS {
	var in struct {
		Origins     []string `json:"allowOrigins"`
		Methods     []string `json:"allowMethods"`
		Headers     []string `json:"allowHeaders"`
		Expose      []string `json:"exposeHeaders"`
		MaxAge      int      `json:"maxAge"`
		Credentials bool     `json:"allowCredentials"`
	}
	if !r.root(corsExtension, &in) {
		return nil
	}
	if in.Credentials && slices.Contains(in.Origins, "*") {
		// Recorded of CreateApi.
		r.fail(atRoot(corsExtension), api.ErrDefinition, "allowCredentials with the origin *")
	}
	return &api.CORS{
		Origins: in.Origins, Methods: in.Methods, Headers: in.Headers, Expose: in.Expose,
		MaxAge: time.Duration(in.MaxAge) * time.Second, Credentials: in.Credentials,
	}
}
