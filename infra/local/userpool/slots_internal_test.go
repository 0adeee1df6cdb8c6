package userpool

import (
	"context"
	"errors"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// Every operation that makes a hash and a verifier of a password, or compares one,
// waits for one of few slots: a burst takes no more memory and processors than these.
func TestEveryHashWaitsForASlot(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	const email, password = "ann@example.com", "Correct-Horse-9"
	if err := p.EnsureUser(email, password); err != nil {
		t.Fatal(err)
	}
	var sub string
	if err := p.db.Update(func(tx *bolt.Tx) error {
		u, err := findUser(tx, email)
		if err != nil {
			return err
		}
		sub = u.Sub
		u.Temporary = &temporary{Expires: p.now().Add(maxChallengeLifetime)}
		u.Reset = newCode(nil, p.now(), resetLifetime)
		u.Reset.Digits = "123456"
		return put(tx, bucketUsers, u.Sub, u)
	}); err != nil {
		t.Fatal(err)
	}
	named := userInput{poolInput{p.id}, email}
	for name, op := range map[string]func(context.Context) error{
		"sign-in": func(ctx context.Context) error {
			_, err := p.passwordAuth(ctx, Client{ID: "app"}, map[string]string{"USERNAME": email, "PASSWORD": password})
			return err
		},
		"hosted login": func(ctx context.Context) error {
			_, err := p.authenticate(ctx, Client{}, "nobody@example.com", password)
			return err
		},
		"SignUp": func(ctx context.Context) error {
			_, err := p.signUp(ctx, Client{}, &signUpInput{clientUserInput{Username: "bob@example.com"}, password, nil})
			return err
		},
		"new password": func(ctx context.Context) error {
			_, err := p.choosePassword(ctx, Client{}, sub, password, nil, func() bool { return true })
			return err
		},
		"ConfirmForgotPassword": func(ctx context.Context) error { return p.resetPassword(ctx, Client{}, email, "123456", password) },
		"AdminCreateUser": func(ctx context.Context) error {
			_, err := p.adminCreateUser(ctx, &adminCreateUserInput{userInput: userInput{poolInput{p.id}, "carol@example.com"}, TemporaryPassword: password})
			return err
		},
		"AdminSetUserPassword": func(ctx context.Context) error {
			_, err := p.adminSetUserPassword(ctx, &adminSetUserPasswordInput{userInput: named, Password: password})
			return err
		},
	} {
		for range maxHashes {
			p.hashes <- struct{}{}
		}
		ended, end := context.WithCancel(t.Context())
		end()
		if err := op(ended); !errors.Is(err, context.Canceled) {
			t.Errorf("%s without a slot: got %v, want context.Canceled", name, err)
		}
		for range maxHashes {
			<-p.hashes
		}
		if err := op(t.Context()); errors.Is(err, context.Canceled) {
			t.Errorf("%s with a slot: got %v", name, err)
		}
	}
}
