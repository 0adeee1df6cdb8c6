package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/api"
)

// printFindings lists what keeps a definition from being served, what has no
// effect here, and what is usually a mistake, one line each: FILE:LINE: name:
// what. A feature without effect is listed once, with its first place.
func printFindings(w io.Writer, findings []api.Finding) {
	for _, list := range []struct {
		head string
		of   func(api.Finding) bool
		once bool
	}{
		{"Refused:", api.Finding.Fatal, false},
		{"Without effect here:", func(f api.Finding) bool { return f.Ignored && !f.Advice }, true},
		{"Worth a look:", func(f api.Finding) bool { return f.Advice }, false},
	} {
		listed := only(findings, list.of)
		if len(listed) > 0 {
			fmt.Fprintln(w, list.head)
		}
		for i, f := range listed {
			line := describe(f)
			if list.once {
				same := func(other api.Finding) bool { return other.What == f.What }
				if slices.ContainsFunc(listed[:i], same) {
					continue
				}
				if n := len(only(listed, same)); n > 1 {
					line += fmt.Sprintf(" (and %d more)", n-1)
				}
			}
			fmt.Fprintln(w, line)
		}
	}
}

func describe(f api.Finding) string {
	line := fmt.Sprintf("%s:%d: ", f.File, max(f.Line, 1)) // of the file as a whole
	if f.Where != "" {
		line += f.Where + ": "
	}
	return line + f.What
}

// counted is the number with the word, in its plural if need be.
func counted(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

func only(findings []api.Finding, of func(api.Finding) bool) []api.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f api.Finding) bool { return !of(f) })
}

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
