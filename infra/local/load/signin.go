package main

import (
	"context"
	"encoding/json"
	"time"

	cognitosrp "github.com/alexrudd/cognito-srp/v4"
)

// Who signs in: the stack's demo user, by its app client.
const (
	poolID   = "local_notegate"
	clientID = "localnotesapp"
	email    = "demo@example.com"
	password = "Notegate-1"
)

// signInAll signs in until ctx ends, by password and by SRP in turn. A refusal is
// an error that counts, and its connection is opened anew.
func (p plan) signInAll(ctx context.Context, s *stack, t *tally) error {
	for ctx.Err() == nil {
		c, err := dialTo(s.pool, "Content-Type: application/x-amz-json-1.1\r\n")
		if err != nil {
			return err
		}
		for i := 0; err == nil && ctx.Err() == nil; i++ {
			sign := c.byPassword
			if i%2 == 1 {
				sign = c.bySRP
			}
			began := time.Now()
			err = sign()
			t.add(time.Since(began), err)
		}
		c.conn.Close()
	}
	return nil
}

type request map[string]any

type challenge struct {
	ChallengeName       string
	ChallengeParameters map[string]string
}

func (c *client) byPassword() error {
	_, err := c.call("InitiateAuth", request{
		"ClientId": clientID, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": map[string]string{"USERNAME": email, "PASSWORD": password},
	})
	return err
}

func (c *client) bySRP() error {
	srp, err := cognitosrp.NewCognitoSRP(email, password, poolID, clientID, nil)
	if err != nil {
		return err
	}
	asked, err := c.call("InitiateAuth", request{"ClientId": clientID, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": srp.GetAuthParams()})
	if err != nil {
		return err
	}
	answer, err := srp.PasswordVerifierChallenge(asked.ChallengeParameters, time.Now())
	if err != nil {
		return err
	}
	_, err = c.call("RespondToAuthChallenge", request{"ClientId": clientID, "ChallengeName": asked.ChallengeName, "ChallengeResponses": answer})
	return err
}

func (c *client) call(operation string, in request) (out challenge, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	text, err := c.fetch("POST", "/", "X-Amz-Target: AWSCognitoIdentityProviderService."+operation+"\r\n", string(body))
	if err != nil {
		return out, err
	}
	return out, json.Unmarshal(text, &out)
}
