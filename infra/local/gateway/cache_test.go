package gateway

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// The cache's bound cannot be seen from outside without a flood of tokens.
func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	c, now := newCache(2), time.Unix(0, 0)
	key := func(token string) verdictKey { return keyOf("a", []string{token}) }
	for i := range 5 {
		token := fmt.Sprint(i)
		c.put(key(token), &verdict{principal: token}, now.Add(time.Minute))
		if v := c.get(key(token), now); v == nil || v.principal != token {
			t.Errorf("got %v for the verdict just put, want that of %s", v, token)
		}
	}
	if len(c.entries) != 2 {
		t.Errorf("%d entries, want 2", len(c.entries))
	}
	if c.get(key("4"), now.Add(time.Minute)) != nil || len(c.entries) != 1 {
		t.Error("an entry outlived its time")
	}
}

func TestVerdictKey(t *testing.T) {
	t.Parallel()
	keys := map[verdictKey]string{}
	for name, key := range map[string]verdictKey{
		"a x":   keyOf("a", []string{"x"}),
		"b x":   keyOf("b", []string{"x"}),
		"a x y": keyOf("a", []string{"x", "y"}),
		"a xy":  keyOf("a", []string{"xy"}),
		"a xy_": keyOf("a", []string{"xy", ""}),
	} {
		if other, ok := keys[key]; ok {
			t.Errorf("%s and %s share a key", name, other)
		}
		keys[key] = name
	}
}

func TestCacheIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	c, now := newCache(4), time.Unix(0, 0)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 100 {
				key := keyOf("a", []string{fmt.Sprint((i + j) % 6)})
				c.put(key, &verdict{}, now.Add(time.Second))
				c.get(key, now.Add(time.Duration(j%2)*time.Second))
			}
		})
	}
	group.Wait()
	if got := len(c.entries); got > 4 {
		t.Errorf("%d entries, want at most 4", got)
	}
}
