package gateway_test

import (
	"errors"
	"testing"

	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/api"
)

// Each model is one that is served with a single thing changed.
func TestNewRefusesModel(t *testing.T) {
	t.Parallel()
	f := api.Function{Name: "F"}
	for _, tt := range []struct {
		rule   string
		change func(*api.Route)
		want   error
	}{
		{"served", func(*api.Route) {}, nil},
		{"an authorizer of no type", func(r *api.Route) { r.Authorizer.Type = "OTHER" }, api.ErrUnsupported},
		{"an authorizer's function that is not there", func(r *api.Route) { r.Authorizer.Function.Name = "G" }, api.ErrNoFunction},
		{"a function that is not there", func(r *api.Route) { r.Integration = &api.Proxy{Function: api.Function{Name: "G"}} }, api.ErrNoFunction},
		{"no integration", func(r *api.Route) { r.Integration = nil }, api.ErrUnsupported},
	} {
		r := &api.Route{Method: "GET", Path: "/a", Authorizer: &api.Authorizer{Type: api.Request, Function: f}, Integration: &api.Proxy{Function: f}}
		tt.change(r)
		_, err := gateway.New(gateway.Config{API: &api.API{Routes: []*api.Route{r}}, Functions: map[string]gateway.Function{"F": returns(hello)}})
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.rule, err, tt.want)
		}
	}
}
