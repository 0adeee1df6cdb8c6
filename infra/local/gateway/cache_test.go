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
	c, a, now := newCache(2), &authorizer{name: "a"}, time.Unix(0, 0)
	key := func(token string) verdictKey { return a.verdictKey([]string{token}) }
	for _, token := range []string{"one", "two"} {
		c.put(key(token), &verdict{principal: token}, now.Add(time.Minute))
	}
	c.get(key("one"), now) // now "two" is the least recently used
	c.put(key("three"), &verdict{principal: "three"}, now.Add(time.Minute))
	for token, want := range map[string]bool{"one": true, "two": false, "three": true} {
		v := c.get(key(token), now)
		if got := v != nil && v.principal == token; got != want {
			t.Errorf("%s in the cache: %v, want %v", token, got, want)
		}
	}
	if len(c.entries) != 2 || c.order.Len() != 2 {
		t.Errorf("%d entries, %d in order, want 2", len(c.entries), c.order.Len())
	}
	if c.get(key("one"), now.Add(time.Minute)) != nil || len(c.entries) != 1 {
		t.Error("an entry outlived its time")
	}
}

func TestVerdictKey(t *testing.T) {
	t.Parallel()
	a, b := &authorizer{name: "a"}, &authorizer{name: "b"}
	keys := map[verdictKey]string{}
	for name, key := range map[string]verdictKey{
		"a x":   a.verdictKey([]string{"x"}),
		"b x":   b.verdictKey([]string{"x"}),
		"a x y": a.verdictKey([]string{"x", "y"}),
		"a xy":  a.verdictKey([]string{"xy"}),
		"a xy_": a.verdictKey([]string{"xy", ""}),
	} {
		if other, ok := keys[key]; ok {
			t.Errorf("%s and %s share a key", name, other)
		}
		keys[key] = name
	}
}

func TestCacheIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	c, a, now := newCache(4), &authorizer{name: "a"}, time.Unix(0, 0)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 100 {
				key := a.verdictKey([]string{fmt.Sprint((i + j) % 6)})
				c.put(key, &verdict{}, now.Add(time.Second))
				c.get(key, now.Add(time.Duration(j%2)*time.Second))
			}
		})
	}
	group.Wait()
	if got := c.order.Len(); got > 4 || got != len(c.entries) {
		t.Errorf("%d in order, %d entries, want the same and at most 4", got, len(c.entries))
	}
}
