package main

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"

	"github.com/notegate/notegate/pkg/cognito"
)

// What is compared inside this process, without Lambda and its protocol.
const (
	bareRSA      = "crypto/rsa, one verification"
	ourVerify    = "cognito.Verify"
	commonVerify = "golang-jwt + keyfunc.NewDefault"
	refusal      = "cognito.Verify, expired token"
)

const (
	verifyCPU    = "CPU (µs)"
	verifyAllocs = "allocations"
)

// A task is one call that is repeated; an error means that it measures nothing.
type task struct {
	name string
	run  func() error
}

// verifications runs the tasks in turn, some calls at a time. The CPU time is
// this whole process's, so it has the garbage collector's share in it.
func (l *lab) verifications(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends keyfunc's refreshing in the background
	tasks, err := verifyTasks(ctx, l.pool, l.keySet.url)
	if err != nil {
		return err
	}
	const calls = 100
	for turn := range l.extent.Verify {
		for _, t := range tasks {
			before, err := usageOf(os.Getpid())
			if err != nil {
				return err
			}
			for range calls {
				if err := t.run(); err != nil {
					return fmt.Errorf("%s: %w", t.name, err)
				}
			}
			after, err := usageOf(os.Getpid())
			if err != nil {
				return err
			}
			l.taken(t.name).add(verifyCPU, microseconds(after.cpu-before.cpu)/calls)
			if turn == 0 {
				l.taken(t.name).add(verifyAllocs, testing.AllocsPerRun(calls, func() { t.run() }))
			}
		}
	}
	return nil
}

func verifyTasks(ctx context.Context, p *pool, keySetURL string) ([]task, error) {
	trusted, err := cognito.PoolByIssuer(issuer, keySetURL)
	if err != nil {
		return nil, err
	}
	verifier, err := cognito.NewVerifier(cognito.Config{Pools: []cognito.UserPool{trusted}, ClientIDs: []string{clientID}})
	if err != nil {
		return nil, err
	}
	keys, err := keyfunc.NewDefaultCtx(ctx, []string{keySetURL})
	if err != nil {
		return nil, err
	}
	signed := []byte(p.token[:strings.LastIndex(p.token, ".")])
	signature, err := base64.RawURLEncoding.DecodeString(p.token[len(signed)+1:])
	if err != nil {
		return nil, err
	}
	good, expired := "Bearer "+p.token, "Bearer "+p.expired
	return []task{
		{bareRSA, func() error {
			digest := sha256.Sum256(signed)
			return rsa.VerifyPKCS1v15(&p.key.PublicKey, crypto.SHA256, digest[:], signature)
		}},
		{ourVerify, func() error {
			_, err := verifier.Verify(ctx, good)
			return err
		}},
		{commonVerify, func() error {
			_, err := jwt.Parse(p.token, keys.Keyfunc, jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(issuer), jwt.WithExpirationRequired())
			return err
		}},
		{refusal, func() error {
			if _, err := verifier.Verify(ctx, expired); !errors.Is(err, cognito.ErrExpired) {
				return fmt.Errorf("want it refused as expired, got %v", err)
			}
			return nil
		}},
	}, nil
}
