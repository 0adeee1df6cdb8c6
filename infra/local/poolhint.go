package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// otherPools advises on authorizers that refuse every token of the local pool,
// because they name another pool or other app clients. The definition may be nil.
func (c config) otherPools(a *api.API) (findings []api.Finding) {
	if !c.OwnPool || a == nil {
		return nil
	}
	seen := map[*api.Authorizer]bool{nil: true}
	for _, r := range a.Routes {
		if seen[r.Authorizer] {
			continue
		}
		seen[r.Authorizer] = true
		if what := c.refusesLocalTokens(r.Authorizer); what != "" {
			at := r.Authorizer.At
			findings = append(findings, api.Finding{
				Family: api.ErrDefinition, File: at.File, Line: at.Line, Where: "authorizer " + r.Authorizer.Name, What: what, Advice: true,
			})
		}
	}
	return findings
}

// refusesLocalTokens says why an authorizer does, and what to set; it is empty if
// the authorizer accepts them, or takes no tokens of user pools.
func (c config) refusesLocalTokens(a *api.Authorizer) string {
	other := ""
	for _, issuer := range a.Issuers {
		host, id, _ := strings.Cut(strings.TrimPrefix(issuer.URL, "https://"), "/")
		switch {
		case issuer.URL == c.localIssuer():
			if len(issuer.Audiences) == 0 || slices.Contains(issuer.Audiences, clientID) {
				return ""
			}
			other = fmt.Sprintf("takes tokens of the app client %s only: add it to CLIENTS_FILE, and get tokens with CLIENT_ID=%s", issuer.Audiences[0], issuer.Audiences[0])
		case other == "" && strings.HasPrefix(host, "cognito-idp."):
			other = fmt.Sprintf("takes tokens of the user pool %s only: set POOL_ID=%s, and the local pool stands for it", id, id)
		}
	}
	return other
}

// localIssuer is the issuer that stands for the local pool in a definition.
func (c config) localIssuer() string {
	return "https://cognito-idp." + c.region() + ".amazonaws.com/" + c.Reach.PoolID
}
