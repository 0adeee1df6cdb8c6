package policy_test

import (
	"encoding/json"
	"fmt"

	"github.com/notegate/notegate/pkg/policy"
)

// The policy opens the whole stage, because API Gateway caches it for every
// other route that the token will ask for.
func ExampleAllowAll() {
	arn, err := policy.ParseMethodARN("arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/GET/notes/42")
	if err != nil {
		fmt.Println(err)
		return
	}
	doc, err := policy.AllowAll(arn)
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(text))
	// Output:
	// {
	//   "Version": "2012-10-17",
	//   "Statement": [
	//     {
	//       "Action": [
	//         "execute-api:Invoke"
	//       ],
	//       "Effect": "Allow",
	//       "Resource": [
	//         "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/*"
	//       ]
	//     }
	//   ]
	// }
}

func ExampleParseRules() {
	rules, err := policy.ParseRules("notes/read=GET /notes,GET /notes/*; notes/write=POST /notes; group:admin=* /*")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, route := range rules.Routes([]string{"openid", "notes/read"}, []string{"staff"}) {
		fmt.Println(route, route.Matches("GET", "/notes/42"))
	}
	// Output:
	// GET /notes false
	// GET /notes/* true
}

func ExampleParseRules_mistakes() {
	_, err := policy.ParseRules("notes/read=get /notes; group:admin")
	fmt.Println(err)
	// Output:
	// policy: access rules: rule 1: route 1: the method must be DELETE GET HEAD OPTIONS PATCH POST PUT or *; rule 2: must be name=METHOD /path,...
}
