package userpooltest_test

import (
	"testing"

	"github.com/notegate/notegate/infra/local/userpool"
	"github.com/notegate/notegate/infra/local/userpool/userpooltest"
)

// Each pool is one of its own, and configured as the test says.
func TestNew(t *testing.T) {
	t.Parallel()
	a := userpooltest.New(t)
	b := userpooltest.New(t, func(cfg *userpool.Config) { cfg.PoolID = "local_other" })
	if a.URL == b.URL || a.Issuer() != a.URL+"/local_test" || b.Issuer() != b.URL+"/local_other" {
		t.Errorf("got issuers %s and %s", a.Issuer(), b.Issuer())
	}
}

// What userpool refuses fails the test.
func TestRefusedConfiguration(t *testing.T) {
	t.Parallel()
	f := &failing{TB: t}
	func() {
		defer func() { recover() }()
		userpooltest.New(f, func(cfg *userpool.Config) { cfg.Clients = nil })
	}()
	if !f.failed {
		t.Error("want the test failed")
	}
}

// failing stands for a test that should fail, and ends by a panic.
type failing struct {
	testing.TB
	failed bool
}

func (f *failing) Fatal(...any) {
	f.failed = true
	panic("failed")
}
