package userpool

import (
	"context"
	"errors"
	"testing"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// An access token is good, and a refresh token renews, for as long as both the
// session and the user are there. Who is disabled renews nothing.
func TestTokensOfWhatIsGone(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	for rule, row := range map[string]struct {
		email           string
		change          func(*bolt.Tx, *user) error
		access, renewal error
	}{
		"both are there": {"ann@example.com", func(*bolt.Tx, *user) error { return nil }, nil, nil},
		"no session":     {"bob@example.com", func(tx *bolt.Tx, _ *user) error { return empty(tx, bucketSessions) }, errAccessRevoked, errRefreshInvalid},
		"disabled user": {"cid@example.com", func(tx *bolt.Tx, u *user) error {
			u.Disabled = true
			return put(tx, bucketUsers, u.Sub, u)
		}, nil, errDisabled},
		"no user": {"eve@example.com", func(tx *bolt.Tx, _ *user) error { return empty(tx, bucketUsers) }, errAccessRevoked, errRefreshInvalid},
	} {
		c := Client{ID: "app"}
		u, tokens := p.signedInOnce(t, c, row.email)
		if err := p.db.Update(func(tx *bolt.Tx) error { return row.change(tx, u) }); err != nil {
			t.Fatal(err)
		}
		if _, err := (accessTokenInput{tokens.AccessToken}).who(p); !errors.Is(err, row.access) {
			t.Errorf("%s: access token: got %v, want %v", rule, err, row.access)
		}
		if got, err := p.refresh(t.Context(), c, tokens.RefreshToken); !errors.Is(err, row.renewal) || (got == nil) != (err != nil) {
			t.Errorf("%s: refresh token: got %v and %v, want %v", rule, got, err, row.renewal)
		}
	}
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
	u, tokens := p.signedInOnce(t, c, "ann@example.com")
	p.preToken = function(func() error { return nil })
	got, err := p.refresh(t.Context(), c, tokens.RefreshToken)
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
