package userpool

import (
	"fmt"
	"testing"
)

// Each row changes one thing of a good app client.
func TestClientCheck(t *testing.T) {
	t.Parallel()
	const (
		lifetime = "Invalid range for token validity."
		rotation = "RefreshTokenRotation: want ENABLED or DISABLED, and a RetryGracePeriodSeconds from 0 to 60"
		oauth    = "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."
	)
	pattern := func(member string) string {
		return "1 validation error detected: Value at '" + member + `' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+]+`
	}
	uri := func(text string) string { return fmt.Sprintf("want absolute URLs without a fragment, got %q", text) }
	for rule, row := range map[string]struct {
		change  func(*Client)
		message string // empty: good
	}{
		"good":                   {func(*Client) {}, ""},
		"id with a hyphen":       {func(c *Client) { c.ID = "a-b" }, pattern("clientId")},
		"secret with a hyphen":   {func(c *Client) { c.Secret = "a-b" }, pattern("clientSecret")},
		"public":                 {func(c *Client) { c.Secret = "" }, ""},
		"rotation switched on":   {func(c *Client) { c.RefreshTokenRotation.Feature = "ON" }, rotation},
		"rotation off":           {func(c *Client) { c.RefreshTokenRotation.Feature = disabled }, ""},
		"longest grace":          {func(c *Client) { c.RefreshTokenRotation.RetryGracePeriodSeconds = 60 }, ""},
		"grace too long":         {func(c *Client) { c.RefreshTokenRotation.RetryGracePeriodSeconds = 61 }, rotation},
		"no grace":               {func(c *Client) { c.RefreshTokenRotation.RetryGracePeriodSeconds = 0 }, ""},
		"grace below none":       {func(c *Client) { c.RefreshTokenRotation.RetryGracePeriodSeconds = -1 }, rotation},
		"shortest access":        {func(c *Client) { c.AccessTokenValidity = 300 }, ""},
		"access too short":       {func(c *Client) { c.AccessTokenValidity = 299 }, lifetime},
		"longest access":         {func(c *Client) { c.AccessTokenValidity = 86400 }, ""},
		"access too long":        {func(c *Client) { c.AccessTokenValidity = 86401 }, lifetime},
		"shortest ID":            {func(c *Client) { c.IDTokenValidity = 300 }, ""},
		"ID too short":           {func(c *Client) { c.IDTokenValidity = 299 }, lifetime},
		"longest ID":             {func(c *Client) { c.IDTokenValidity = 86400 }, ""},
		"ID too long":            {func(c *Client) { c.IDTokenValidity = 86401 }, lifetime},
		"longest refresh":        {func(c *Client) { c.RefreshTokenValidity = 3650 }, ""},
		"refresh too long":       {func(c *Client) { c.RefreshTokenValidity = 3651 }, lifetime},
		"longest challenge":      {func(c *Client) { c.AuthSessionValidity = 15 }, ""},
		"challenge too long":     {func(c *Client) { c.AuthSessionValidity = 16 }, lifetime},
		"shortest challenge":     {func(c *Client) { c.AuthSessionValidity = 3 }, ""},
		"challenge too short":    {func(c *Client) { c.AuthSessionValidity = 2 }, lifetime},
		"OAuth without flows":    {func(c *Client) { c.OAuthFlows = nil }, oauth},
		"OAuth without scopes":   {func(c *Client) { c.Scopes = nil }, oauth},
		"flows without OAuth":    {func(c *Client) { c.OAuth, c.Scopes = false, nil }, ""},
		"a flow twice":           {func(c *Client) { c.OAuthFlows = []string{oauthCode, oauthCode} }, ""},
		"default callback":       {func(c *Client) { c.DefaultRedirectURI = c.CallbackURLs[0] }, ""},
		"callback of an app":     {func(c *Client) { c.CallbackURLs[0] = "myapp://signed-in?from=pool" }, ""},
		"callback that is none":  {func(c *Client) { c.CallbackURLs[0] = "http://[" }, uri("http://[")},
		"callback with fragment": {func(c *Client) { c.CallbackURLs[0] = "https://app.example/#a" }, uri("https://app.example/#a")},
		"callback with blank":    {func(c *Client) { c.CallbackURLs[0] = "https://app.example/?a b" }, uri("https://app.example/?a b")},
		"two callbacks in one":   {func(c *Client) { c.CallbackURLs[0] = "https://app.example/;b" }, uri("https://app.example/;b")},
		"relative sign-out":      {func(c *Client) { c.LogoutURLs[0] = "/bye" }, uri("/bye")},
	} {
		c := Client{
			ID: "app", Secret: "s3cret", AuthFlows: []string{AllowUserSRP}, RefreshTokenRotation: refreshTokenRotation{Feature: enabled, RetryGracePeriodSeconds: 10},
			TokenValidityUnits: tokenValidityUnits{AccessToken: "seconds", IDToken: "seconds"}, AccessTokenValidity: 3600, IDTokenValidity: 3600,
			OAuth: true, OAuthFlows: []string{oauthCode}, Scopes: []string{scopeOpenID},
			CallbackURLs: []string{"https://app.example/"}, LogoutURLs: []string{"https://app.example/bye"},
		}
		row.change(&c)
		got := ""
		if err := c.check(); err != nil {
			got = err.Error()
		}
		want := row.message
		if want != "" {
			want = invalid("%s", row.message).Error()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", rule, got, want)
		}
	}
}
