package userpool

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// An answer is remembered for as long as its challenge could come again, also if
// older ones are forgotten meanwhile.
func TestAnswersAreRemembered(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	c := newChallenges()
	open := func() *challenge {
		ch := &challenge{Lifetime: maxChallengeLifetime}
		c.seal(ch, now)
		return ch
	}
	for range 2 {
		first := open()
		if !c.spend(first, now) {
			t.Fatal("a challenge that is new cannot be answered")
		}
		for range 14 {
			now = now.Add(time.Minute)
			if !c.spend(open(), now) {
				t.Error("another one cannot be answered")
			}
			if !c.used(first) || c.spend(first, now) {
				t.Fatalf("answered twice, at %v", now)
			}
		}
	}
}

// A session is one that this process has made, whole.
func TestReopen(t *testing.T) {
	t.Parallel()
	p, other := openInternal(t), openInternal(t)
	p.now = func() time.Time { return time.Unix(1_800_000_000, 0) }
	begin := func(p *Pool, username string) string {
		return p.begin(newChallenge(challengeCode, Client{ID: "app"}, username, "")).Session
	}
	good := begin(p, "ann")
	for _, username := range []string{"a", "an", "ann"} { // whose lengths leave no bits of base64 over once
		if _, err := p.reopen(begin(p, username)+"!", challengeCode); !errors.Is(err, errSessionInvalid) {
			t.Errorf("more after %s's: got %v, want %v", username, err, errSessionInvalid)
		}
	}
	for rule, row := range map[string]struct {
		session, name string
		want          error
	}{
		"good":            {good, challengeCode, nil},
		"of another name": {good, challengeSetup, errSessionInvalid},
		"of another pool": {begin(other, "ann"), challengeCode, errSessionInvalid},
		"cut":             {good[:len(good)/2], challengeCode, errSessionInvalid},
		"changed":         {strings.ToUpper(good), challengeCode, errSessionInvalid},
		"empty":           {"", challengeCode, errSessionInvalid},
	} {
		if _, err := p.reopen(row.session, row.name); !errors.Is(err, row.want) {
			t.Errorf("%s: got %v, want %v", rule, err, row.want)
		}
	}
}

// Of two answers to one session at once, one gets tokens.
func TestSessionThatIsSpentMeanwhile(t *testing.T) {
	t.Parallel()
	p, c := openInternal(t), Client{ID: "app"}
	u, _ := p.signedInOnce(t, c, "ann@example.com")
	in := &respondInput{Session: p.beginFor(u, challengeCode, c).Session, ChallengeResponses: map[string]string{"USERNAME": u.Email}}
	var first *authOutput
	second, err := p.answerSecond(t.Context(), c, in, challengeCode, func(*user) (err error) {
		first, err = p.answerSecond(t.Context(), c, in, challengeCode, func(*user) error { return nil })
		return err
	})
	if first == nil || first.AuthenticationResult == nil || second != nil || !errors.Is(err, errSessionUsed) {
		t.Errorf("got %v, then %v (%v), want tokens, then %v", first, second, err, errSessionUsed)
	}
}
