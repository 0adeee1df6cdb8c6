package gateway_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/notegate/notegate/infra"
	"github.com/notegate/notegate/infra/local/gateway"
)

// A function needs no more than an Invoke; lambda.NewHandler gives one.
type function func(ctx context.Context, event []byte) ([]byte, error)

func (f function) Invoke(ctx context.Context, event []byte) ([]byte, error) { return f(ctx, event) }

func ExampleNew() {
	authorizer := function(func(context.Context, []byte) ([]byte, error) {
		return []byte(`{
			"principalId": "alice",
			"policyDocument": {"Version": "2012-10-17", "Statement": [{
				"Effect": "Allow", "Action": "execute-api:Invoke",
				"Resource": "arn:aws:execute-api:us-east-1:123456789012:localapi00/local/GET/*"
			}]}
		}`), nil
	})
	notes := function(func(context.Context, []byte) ([]byte, error) {
		return []byte(`{"statusCode": 200, "body": "{\"notes\":[]}"}`), nil
	})

	g, err := gateway.New(gateway.Config{
		Definition: infra.OpenAPI,
		Functions:  map[string]gateway.Function{"AuthorizerFunction": authorizer, "NotesFunction": notes},
		Parameters: map[string]string{"AllowedOrigin": "http://localhost:8080", "AllowedHeaders": infra.AllowedHeaders},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	server := httptest.NewServer(g)
	defer server.Close()

	for _, method := range []string{"GET", "DELETE"} {
		request, _ := http.NewRequest(method, server.URL+"/notes/a", nil)
		request.Header.Set("Authorization", "Bearer header.payload.signature")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			fmt.Println(err)
			return
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		fmt.Println(method, response.StatusCode, string(body))
	}
	// Output:
	// GET 200 {"notes":[]}
	// DELETE 403 {"Message":"User is not authorized to access this resource"}
}
