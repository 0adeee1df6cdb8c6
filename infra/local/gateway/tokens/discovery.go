package tokens

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/notegate/notegate/pkg/jwks"
)

const (
	// discoveryTimeout is what an HTTP API gives the key set.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
	discoveryTimeout = 1500 * time.Millisecond
	maxDiscovery     = 150 << 10
	retry            = 10 * time.Second
)

// A Discovery finds an issuer's key set by its OpenID Connect document, once. It
// is safe for concurrent use.
//
// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
type Discovery struct {
	Issuer string
	Now    func() time.Time

	mu     sync.Mutex
	keys   *jwks.Set
	err    error
	failed time.Time
}

var errDiscovery = errors.New("tokens: discovery document")

// Keys returns the issuer's key set. A failure is remembered for ten seconds.
func (d *Discovery) Keys(ctx context.Context) (*jwks.Set, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.keys != nil {
		return d.keys, nil
	}
	if now := d.Now(); d.err == nil || now.Sub(d.failed) >= retry || now.Before(d.failed) {
		if d.keys, d.err = d.find(ctx); d.err != nil {
			d.failed = now
		}
	}
	return d.keys, d.err
}

func (d *Discovery) find(ctx context.Context) (*jwks.Set, error) {
	ctx, cancel := context.WithTimeout(ctx, discoveryTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(d.Issuer, "/")+"/.well-known/openid-configuration", nil)
	if err != nil {
		return nil, errDiscovery
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w: cannot be reached", errDiscovery)
	}
	defer resp.Body.Close()
	var document struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	switch err := json.NewDecoder(io.LimitReader(resp.Body, maxDiscovery)).Decode(&document); {
	case resp.StatusCode != http.StatusOK, err != nil:
		return nil, fmt.Errorf("%w: status %d, or no JSON", errDiscovery, resp.StatusCode)
	case document.Issuer != d.Issuer:
		return nil, fmt.Errorf("%w: its issuer does not match", errDiscovery)
	}
	return jwks.New(jwks.Config{URL: document.Keys, Now: d.Now})
}
