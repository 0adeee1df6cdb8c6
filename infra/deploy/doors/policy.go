package doors

import (
	"encoding/json"
	"regexp"

	"github.com/notegate/notegate/infra"
)

// parameter is a path parameter, which stands as an asterisk in a method's ARN.
var parameter = regexp.MustCompile(`\{[^}]*\}`)

// RoutesPolicy returns an IAM policy document in JSON that allows to invoke
// each route of the REST API, and nothing else of it.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html
func RoutesPolicy() ([]byte, error) {
	api, err := parse("openapi.yaml", infra.OpenAPI)
	if err != nil {
		return nil, err
	}
	var routes []any
	eachOperation(api, func(method, path string, _ map[string]any) {
		if method != "OPTIONS" {
			routes = append(routes, map[string]any{
				"Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${RestApi}/${Stage}/" +
					method + parameter.ReplaceAllString(path, "*"),
			})
		}
	})
	return json.MarshalIndent(map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Effect": "Allow", "Action": []string{"execute-api:Invoke"}, "Resource": routes,
		}},
	}, "", " ")
}
