package api

import "regexp"

// TemplateVariable is a variable in the template of a gateway response, with
// whatever points end it: plain substitution, no VTL.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
var TemplateVariable = regexp.MustCompile(`\$[A-Za-z_.{(\[]+`)

// OfRequest is a variable for what the gateway knows about the request, or one of
// the stage. One without a value is empty.
var OfRequest = regexp.MustCompile(`^\$(context|stageVariables)\.([A-Za-z_.]+)`)

// TemplateVariables are those that the gateway knows a value of.
var TemplateVariables = []string{
	"$context.error.message", "$context.error.messageString", "$context.error.responseType", "$context.error.validationErrorString",
	"$context.requestId", "$context.extendedRequestId",
}
