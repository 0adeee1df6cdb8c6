package api_test

import (
	"testing"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// What may be ignored and what is advice is no reason not to serve.
func TestFatal(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		finding api.Finding
		want    bool
	}{
		{api.Finding{}, true},
		{api.Finding{Ignored: true}, false},
		{api.Finding{Advice: true}, false},
	} {
		if got := tt.finding.Fatal(); got != tt.want {
			t.Errorf("%+v: got %v, want %v", tt.finding, got, tt.want)
		}
	}
}
