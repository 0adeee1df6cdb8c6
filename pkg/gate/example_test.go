package gate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/gate"
	"github.com/notegate/notegate/pkg/policy"
)

// In a Lambda function the verifier is a *cognito.Verifier, and the handler goes
// to lambda.Start.
func Example() {
	verifier := verifierFunc(func(_ context.Context, authorization string) (*cognito.Claims, error) {
		if authorization != "Bearer good" {
			return nil, cognito.ErrSignature
		}
		return &cognito.Claims{Subject: "user-1", Scopes: []string{"notes/read"}}, nil
	})
	rules, err := policy.ParseRules("notes/read=GET /notes,GET /notes/*; notes/write=POST /notes")
	if err != nil {
		fmt.Println(err)
		return
	}
	handler, err := gate.New(gate.Config{Verifier: verifier, Rules: rules, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		fmt.Println(err)
		return
	}
	const event = `{"type":"TOKEN","methodArn":"arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/GET/notes/42","authorizationToken":"Bearer %s"}`
	for _, token := range []string{"good", "bad"} {
		answer, err := handler.Invoke(context.Background(), fmt.Appendf(nil, event, token))
		var doc struct {
			PrincipalID    string          `json:"principalId"`
			PolicyDocument policy.Document `json:"policyDocument"`
		}
		if err != nil {
			fmt.Println(err)
			continue
		}
		if err := json.Unmarshal(answer, &doc); err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(doc.PrincipalID, doc.PolicyDocument.Statement[0].Effect)
		for _, resource := range doc.PolicyDocument.Statement[0].Resource {
			fmt.Println(resource)
		}
	}
	// Output:
	// user-1 Allow
	// arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/GET/notes
	// arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/GET/notes/
	// arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/GET/notes/?*
	// Unauthorized
}
