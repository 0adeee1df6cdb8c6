package userpool

import "testing"

// A hash in a state file costs no more than a bound, or is not made again.
func TestUsablePasswordHash(t *testing.T) {
	t.Parallel()
	valid := passwordHash{Passes: 100, Memory: 64 << 10, Threads: 1, Key: []byte{1}}
	if !valid.usable() {
		t.Fatal("the unchanged hash is not usable")
	}
	for rule, change := range map[string]func(*passwordHash){
		"no passes":   func(h *passwordHash) { h.Passes = 0 },
		"passes":      func(h *passwordHash) { h.Passes = 101 },
		"memory":      func(h *passwordHash) { h.Memory = 64<<10 + 1 },
		"no threads":  func(h *passwordHash) { h.Threads = 0 },
		"without key": func(h *passwordHash) { h.Key = nil },
	} {
		h := valid
		change(&h)
		if h.usable() {
			t.Errorf("%s: usable", rule)
		}
	}
}
