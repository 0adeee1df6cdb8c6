package main

import (
	"os"

	"github.com/notegate/notegate/infra/lambda"
	"github.com/notegate/notegate/infra/local/userpool"
)

// preToken is the command of PRE_TOKEN_GENERATION as a function of the pool, or
// nil. It is run in the current folder, with this process's environment, and anew
// after a change of the files that it names.
func (s *system) preToken() (userpool.Function, error) {
	if len(s.cfg.PreToken) == 0 {
		return nil, nil
	}
	return s.processes().Add(lambda.Spec{
		Name: "PreTokenGeneration", Command: s.cfg.PreToken, Timeout: longestCall,
		Env:   append(os.Environ(), "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER="+s.poolURL),
		Watch: filesOf(s.cfg.PreToken),
	})
}
