package userpool

import (
	"context"
	"errors"
	"net/url"
	"testing"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// A refresh token renews for as long as both its session and its user are there.
func TestRenewalOfWhatIsGone(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	for rule, row := range map[string]struct {
		email  string
		change func(*bolt.Tx, *user) error
		want   error
	}{
		"both are there": {"ann@example.com", func(*bolt.Tx, *user) error { return nil }, nil},
		"no session":     {"bob@example.com", func(tx *bolt.Tx, _ *user) error { return empty(tx, bucketSessions) }, errRefreshInvalid},
		"disabled user": {"cid@example.com", func(tx *bolt.Tx, u *user) error {
			u.Disabled = true
			return put(tx, bucketUsers, u.Sub, u)
		}, errDisabled},
		"no user": {"eve@example.com", func(tx *bolt.Tx, _ *user) error { return empty(tx, bucketUsers) }, errRefreshInvalid},
	} {
		c := Client{ID: "app"}
		u, token := p.signedInOnce(t, c, row.email)
		if err := p.db.Update(func(tx *bolt.Tx) error { return row.change(tx, u) }); err != nil {
			t.Fatal(err)
		}
		if got, err := p.refresh(t.Context(), c, token); !errors.Is(err, row.want) || (got == nil) != (err != nil) {
			t.Errorf("%s: got %v and %v, want %v", rule, got, err, row.want)
		}
	}
}

func empty(tx *bolt.Tx, bucket []byte) error {
	_, err := drop(tx, bucket, every[struct{}])
	return err
}

// signedInOnce makes a user and returns a refresh token, too.
func (p *Pool) signedInOnce(t *testing.T, c Client, email string) (*user, string) {
	t.Helper()
	if err := p.EnsureUser(email, "Correct-Horse-9"); err != nil {
		t.Fatal(err)
	}
	u, err := p.viewUser(email)
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.finish(t.Context(), c, u)
	if err != nil {
		t.Fatal(err)
	}
	return u, out.AuthenticationResult.RefreshToken
}

// A function is a trigger that does something and leaves the event as it is.
type function func() error

func (f function) Invoke(_ context.Context, event []byte) ([]byte, error) { return event, f() }

// A session that ends while its trigger is asked gets no new refresh token.
func TestRotationOfASessionThatEnds(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	c := Client{ID: "app"}
	c.RefreshTokenRotation.Feature = enabled
	u, token := p.signedInOnce(t, c, "ann@example.com")
	p.preToken = function(func() error { return nil })
	got, err := p.refresh(t.Context(), c, token)
	if err != nil {
		t.Fatal(err)
	}
	p.preToken = function(func() error { return p.db.Update(func(tx *bolt.Tx) error { return revokeAll(tx, u.Sub) }) })
	if _, err := p.refresh(t.Context(), c, got.RefreshToken); !errors.Is(err, errRefreshRevoked) {
		t.Errorf("got %v, want %v", err, errRefreshRevoked)
	}
}

// Sessions that could not be ended are an error.
func TestSignOutThatIsNotKept(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	u, _ := p.signedInOnce(t, Client{ID: "app"}, "ann@example.com")
	if err := p.db.View(func(tx *bolt.Tx) error { return revokeAll(tx, u.Sub) }); !errors.Is(err, bolterrors.ErrTxNotWritable) {
		t.Errorf("got %v, want %v", err, bolterrors.ErrTxNotWritable)
	}
}

// A client that has lost its secret gets no token of its own.
func TestMachineWithoutASecret(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	for secret, want := range map[string]error{"a-secret-of-thirty-two-characters": nil, "": errUnauthorizedClient} {
		c := Client{ID: "app", Secret: secret, OAuth: true, OAuthFlows: []string{oauthMachine}, Scopes: []string{"notes/read"}}
		if got, err := p.redeemSecret(t.Context(), c, url.Values{}); !errors.Is(err, want) || (got == nil) != (want != nil) {
			t.Errorf("secret %q: got %v and %v, want %v", secret, got, err, want)
		}
	}
}

// Who hangs up while the trigger is asked is not told that it failed.
func TestTriggerOfACallerWhoIsGone(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	ctx, cancel := context.WithCancel(t.Context())
	p.preToken = function(func() error { cancel(); return ctx.Err() })
	if _, err := p.invokeTrigger(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}
