// Command hello is a Lambda function for a test.
package main

import "github.com/aws/aws-lambda-go/lambda"

func main() { lambda.Start(func(name string) (string, error) { return "hello " + name, nil }) }
