package userpool_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/notegate/notegate/infra/local/userpool"
)

func ExampleOpen() {
	dir, err := os.MkdirTemp("", "userpool")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	server := httptest.NewUnstartedServer(nil)
	url := "http://" + server.Listener.Addr().String()

	pool, err := userpool.Open(userpool.Config{
		Dir:     dir,
		PoolID:  "local_notegate",
		BaseURL: url,
		Clients: []userpool.Client{{ID: "app", AuthFlows: []string{userpool.AllowUserPassword}}},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer pool.Close()
	server.Config.Handler = pool
	server.Start()
	defer server.Close()

	if err := pool.EnsureUser("demo@example.com", "Correct-Horse-9"); err != nil {
		log.Fatal(err)
	}

	client := cognito.New(cognito.Options{BaseEndpoint: &url, Region: "local", Credentials: aws.AnonymousCredentials{}})
	out, err := client.InitiateAuth(context.Background(), &cognito.InitiateAuthInput{
		ClientId: new("app"),
		AuthFlow: "USER_PASSWORD_AUTH",
		AuthParameters: map[string]string{
			"USERNAME": "demo@example.com",
			"PASSWORD": "Correct-Horse-9",
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*out.AuthenticationResult.TokenType, "for", out.AuthenticationResult.ExpiresIn, "seconds")
	// Output:
	// Bearer for 3600 seconds
}
