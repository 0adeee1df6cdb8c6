// Package infra holds what the system is deployed from, as far as programs
// need it.
package infra

import _ "embed"

// OpenAPI is the definition of the REST API, OpenAPI 3.0 in YAML with API
// Gateway's extensions and CloudFormation's Fn::Sub inside them: the very file
// that is deployed. Callers must not modify it.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
//
//go:embed openapi.yaml
var OpenAPI []byte

// AllowedHeaders is what the template sets the definition's parameter of that
// name to by default: the request headers that a page may send beside those of
// the API itself, separated by commas.
const AllowedHeaders = "X-Amzn-Trace-Id,traceparent,tracestate"

// Template is the template of the whole system, for AWS SAM: what the local user
// pool takes its settings from. Callers must not modify it.
//
//go:embed deploy/template.yaml
var Template []byte
