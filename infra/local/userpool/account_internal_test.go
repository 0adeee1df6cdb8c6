package userpool

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

// What was found when an operation began may be gone before it ends.
func TestGoneMeanwhile(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	const email, password = "ann@example.com", "Correct-Horse-9"
	if err := p.EnsureUser(email, password); err != nil {
		t.Fatal(err)
	}
	u, err := p.viewUser(email)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second finds nobody
		if _, err := deleteUser[userInput](p, t.Context(), u, nil); err != nil {
			t.Errorf("DeleteUser: %v", err)
		}
	}
	if _, err := p.getUserAttributeVerificationCode(t.Context(), u, &attributeCodeInput{AttributeName: byEmail}); !errors.Is(err, errNoUser) {
		t.Errorf("GetUserAttributeVerificationCode: got %v, want %v", err, errNoUser)
	}
	if _, err := p.changePassword(t.Context(), u, &changePasswordInput{PreviousPassword: password, ProposedPassword: password}); !errors.Is(err, errNoUser) {
		t.Errorf("ChangePassword: got %v, want %v", err, errNoUser)
	}
	if roles, err := p.rolesOf(&user{Groups: []string{"gone"}}); err != nil || roles.Roles != nil {
		t.Errorf("roles of a group: got %v, %v", roles, err)
	}
}

// One code resets one password, even if two come with it at once.
func TestResetCodeIsSpentOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := openInternal(t)
		const email, password = "ann@example.com", "Correct-Horse-9"
		if err := p.EnsureUser(email, password); err != nil {
			t.Fatal(err)
		}
		if _, err := p.sendReset(Client{}, email); err != nil {
			t.Fatal(err)
		}
		u, err := p.viewUser(email)
		if err != nil {
			t.Fatal(err)
		}
		for range maxHashes {
			p.hashes <- struct{}{}
		}
		results := make(chan error, 2)
		for range 2 {
			go func() { results <- p.resetPassword(context.Background(), Client{}, email, u.Reset.Digits, password) }()
		}
		synctest.Wait() // until both have shown the code and wait for a slot
		for range maxHashes {
			<-p.hashes
		}
		one, two := <-results, <-results
		if one != nil {
			one, two = two, one
		}
		if one != nil || !errors.Is(two, errCodeExpired) {
			t.Errorf("got %v and %v, want one reset and %v", one, two, errCodeExpired)
		}
	})
}
