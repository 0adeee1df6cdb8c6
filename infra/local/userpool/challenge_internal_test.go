package userpool

import (
	"testing"
	"time"
)

// An answer is remembered for as long as its challenge could come again.
func TestAnswersAreRemembered(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	c := newChallenges()
	open := func() *challenge {
		ch := &challenge{Lifetime: maxChallengeLifetime}
		c.seal(ch, now)
		return ch
	}
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
