package userpool

import (
	"errors"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

func openInternal(t *testing.T) *Pool {
	t.Helper()
	p, err := Open(Config{
		Dir: t.TempDir(), PoolID: "local_test", BaseURL: "http://127.0.0.1:9229",
		Clients: []Client{{ID: "app", AuthFlows: []string{AllowUserPassword}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// readOnly opens the state again, so that whatever is to be kept is not.
func (p *Pool) readOnly(t *testing.T) {
	t.Helper()
	path := p.db.Path()
	if err := p.db.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(path, 0, &bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	p.db = db
}

func passwordSignIn(p *Pool, t *testing.T, username, password string) error {
	c, err := p.client("app")
	if err != nil {
		return err
	}
	_, err = p.initiateAuth(t.Context(), c, &initiateAuthInput{
		AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: map[string]string{"USERNAME": username, "PASSWORD": password},
	})
	return err
}

func empty(tx *bolt.Tx, bucket []byte) error {
	_, err := drop(tx, bucket, every[struct{}])
	return err
}

// signedInOnce makes a user and returns tokens, too.
func (p *Pool) signedInOnce(t *testing.T, c Client, email string) (*user, *authenticationResult) {
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
	return u, out.AuthenticationResult
}

// An unknown user costs a hash, too: argon2 panics when asked for no passes, so
// the panic is the proof.
func TestUnknownUserCostsAHash(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	p.nobody.Passes = 0
	defer func() {
		if recover() == nil {
			t.Error("no hash was computed")
		}
	}()
	_ = passwordSignIn(p, t, "nobody@example.com", "Correct-Horse-9")
}

func TestNobodysPasswordSignsNobodyIn(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	p.nobody = hashPassword("Correct-Horse-9")
	if err := passwordSignIn(p, t, "nobody@example.com", "Correct-Horse-9"); !errors.Is(err, errBadLogin) {
		t.Errorf("got %v, want %v", err, errBadLogin)
	}
}

// Hashing waits for a slot, so a burst of guesses can neither fill the memory
// nor slip past the lock all at once.
func TestGuessesInABurst(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	if err := p.EnsureUser("ann@example.com", "Correct-Horse-9"); err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_800_000_000, 0)
	p.now = func() time.Time { return now }
	const guesses = 20
	results := make(chan error, guesses)
	var all sync.WaitGroup
	for range guesses {
		all.Go(func() { results <- passwordSignIn(p, t, "ann@example.com", "Wrong-Horse-9") })
	}
	all.Wait()
	close(results)
	tried := 0
	for err := range results {
		if errors.Is(err, errBadLogin) {
			tried++
		} else if !errors.Is(err, errLockedOut) {
			t.Errorf("got %v, want %v", err, errLockedOut)
		}
	}
	// While the fifth is being hashed, the other slot may hold a sixth.
	if tried < freeFailures || tried > freeFailures+maxHashes-1 {
		t.Errorf("passwords tried: got %d of %d, want a lock after %d", tried, guesses, freeFailures)
	}
}

// The hosted login gives tokens without the scope.
func TestAccessTokenNeedsItsScope(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	if err := p.EnsureUser("ann@example.com", "Correct-Horse-9"); err != nil {
		t.Fatal(err)
	}
	u, err := p.viewUser("ann@example.com")
	if err != nil {
		t.Fatal(err)
	}
	s := &session{ClientID: "app"}
	if err := p.db.Update(func(tx *bolt.Tx) (err error) {
		_, err = p.startSession(tx, Client{}, u.Sub, s)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for scope, want := range map[string]error{
		adminScope: nil, "openid " + adminScope: nil, "openid": errAccessScope, adminScope + ".x": errAccessScope, "": errAccessScope,
	} {
		s.Scope = scope
		if err := p.db.Update(func(tx *bolt.Tx) error { return s.put(tx) }); err != nil {
			t.Fatal(err)
		}
		tokens, err := p.issue(Client{}, u, s, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := (accessTokenInput{tokens.AccessToken}).who(p); !errors.Is(err, want) {
			t.Errorf("scope %q: got %v, want %v", scope, err, want)
		}
	}
}

// A session that could not be kept has no tokens.
func TestSessionThatIsNotKept(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	if err := p.EnsureUser("ann@example.com", "Correct-Horse-9"); err != nil {
		t.Fatal(err)
	}
	p.readOnly(t)
	if err := passwordSignIn(p, t, "ann@example.com", "Correct-Horse-9"); !errors.Is(err, bolterrors.ErrDatabaseReadOnly) {
		t.Errorf("got %v, want %v", err, bolterrors.ErrDatabaseReadOnly)
	}
}

// What cannot be read is not dropped.
func TestDropOfADamagedRecord(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	if err := p.EnsureUser("ann@example.com", "Correct-Horse-9"); err != nil {
		t.Fatal(err)
	}
	if err := p.Damage("users", ""); err != nil {
		t.Fatal(err)
	}
	if err := p.db.Update(func(tx *bolt.Tx) error {
		_, err := drop(tx, bucketUsers, every[user])
		return err
	}); err == nil {
		t.Error("a damaged record is dropped")
	}
}

// The same user has the same sub in another file, unless pool or address differ.
func TestEnsuredUserKeepsTheSub(t *testing.T) {
	t.Parallel()
	sub := func(poolID, email string) string {
		p, err := Open(Config{Dir: t.TempDir(), PoolID: poolID, BaseURL: "http://127.0.0.1:9229", Clients: []Client{{ID: "app"}}})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		if err := p.EnsureUser(email, "Correct-Horse-9"); err != nil {
			t.Fatal(err)
		}
		u, err := p.viewUser(email)
		if err != nil {
			t.Fatal(err)
		}
		return u.Sub
	}
	first := sub("local_test", "ann@example.com")
	for rule, tt := range map[string]struct {
		poolID, email string
		same          bool
	}{
		"another file":        {"local_test", "ann@example.com", true},
		"address in capitals": {"local_test", "Ann@Example.com", true},
		"another pool":        {"local_other", "ann@example.com", false},
		"another address":     {"local_test", "bob@example.com", false},
	} {
		if got := sub(tt.poolID, tt.email); (got == first) != tt.same {
			t.Errorf("%s: got %s after %s, the same: want %v", rule, got, first, tt.same)
		}
	}
}

// A session keeps when its tokens were replaced for as long as that may matter.
func TestRotatedIsForgotten(t *testing.T) {
	t.Parallel()
	s, now := &session{}, time.Unix(1_800_000_000, 0)
	for range 3 {
		now = now.Add(maxGrace)
		s.rotate(s.Newest, now)
	}
	if len(s.Rotated) != 1 || !s.Rotated[0].Equal(now) {
		t.Errorf("got %v, want only %v", s.Rotated, now)
	}
}

// A token above the newest was given out before the state file was put back to an
// earlier copy. It renews nothing, but revoking it ends its session.
func TestTokenToCome(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	c := Client{ID: "app"}
	c.RefreshTokenRotation.Feature = enabled
	_, tokens := p.signedInOnce(t, c, "ann@example.com")
	token := tokens.RefreshToken
	if _, err := p.refresh(t.Context(), c, token); err != nil {
		t.Fatal(err)
	}
	find := func(token string) (s *session) {
		t.Helper()
		if err := p.db.View(func(tx *bolt.Tx) (err error) {
			s, _, err = findSession(tx, token, c.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := find(token)
	for n, want := range map[uint32]error{s.Newest: nil, s.Newest + 2: errRefreshReused, 1<<32 - 1: errRefreshReused} {
		if _, err := p.refresh(t.Context(), c, s.later(n)); !errors.Is(err, want) {
			t.Errorf("number %d of %d: got %v, want %v", n, s.Newest, err, want)
		}
	}
	if err := p.revokeRefreshToken(c, s.later(s.Newest+2)); err != nil || !find(token).Revoked {
		t.Errorf("revocation: got %v, and the session goes on: %t", err, !find(token).Revoked)
	}
}

// A user has an address, and it is the one that leads to the user.
func TestRecordOfAnAddress(t *testing.T) {
	t.Parallel()
	p := openInternal(t)
	u, _ := p.signedInOnce(t, Client{ID: "app"}, "ann@example.com")
	for rule, row := range map[string]struct {
		email, leads string
		want         error
	}{
		"one":     {"Ann@Example.com", "ann@example.com", nil},
		"another": {"bob@example.com", "ann@example.com", errRecord},
		"none":    {"", "", errRecord},
	} {
		u.Email = row.email
		if err := (check{map[string]string{u.Sub: row.leads}}).visit("users", []byte(u.Sub), []byte(asJSON(u))); !errors.Is(err, row.want) {
			t.Errorf("%s: got %v, want %v", rule, err, row.want)
		}
	}
}
