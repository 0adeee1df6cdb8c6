package gateway_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/notegate/notegate/infra/local/clock"
	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/iam"
)

// A signing is how a request is signed, and what the gateway knows of the key.
type signing struct {
	key             aws.Credentials
	service, region string
	at              time.Time
	principal       gateway.Principal
	change          func(*http.Request) // of the signed request
}

// Each signature is a good one with a single thing changed, and a REST API says
// which.
func TestSignatureScope(t *testing.T) {
	t.Parallel()
	const invalid, unknown = "InvalidSignatureException", "UnrecognizedClientException"
	policies := func(effects ...string) (all []iam.Policy) {
		for _, effect := range effects {
			p, err := iam.Parse([]byte(`{"Statement":[{"Effect":"` + effect + `","Action":"execute-api:Invoke","Resource":"` + stage + `/GET/a"}]}`))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, p)
		}
		return all
	}
	const denied = "User: arn:r is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********9012:localapi00/local/GET/a"
	for _, tt := range []struct {
		rule          string
		change        func(*signing)
		status        int
		kind, message string // of a refusal
	}{
		{"good", func(*signing) {}, 200, "", ""},
		{"five minutes old", func(s *signing) { s.at = start.Add(-5 * time.Minute) }, 200, "", ""},
		{"older", func(s *signing) { s.at = start.Add(-5*time.Minute - time.Second) }, 403, invalid,
			"Signature expired: 20260515T055608Z is now earlier than 20260515T055609Z (20260515T060109Z - 5 min.)"},
		{"five minutes ahead", func(s *signing) { s.at = start.Add(5 * time.Minute) }, 200, "", ""},
		{"further ahead", func(s *signing) { s.at = start.Add(5*time.Minute + time.Second) }, 403, invalid,
			"Signature not yet current: 20260515T060610Z is still later than 20260515T060609Z (20260515T060109Z + 5 min.)"},
		{"another day in the scope", func(s *signing) { s.change = inAuthorization("/20260515/", "/20260514/") }, 403, invalid,
			"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260514' != '20260515', from '20260515T060109Z'."},
		{"another Region", func(s *signing) { s.region = "eu-west-1" }, 403, invalid, "Credential should be scoped to a valid Region, not 'eu-west-1'."},
		{"another service", func(s *signing) { s.service = "s3" }, 403, invalid, "Credential should be scoped to correct service: 'execute-api'."},
		{"a key that nobody has", func(s *signing) { s.key.AccessKeyID, s.key.SessionToken = "AKIAOTHER", "" }, 403, unknown, "The security token included in the request is invalid."},
		{"another session token", func(s *signing) { s.key.SessionToken = "other" }, 403, unknown, "The security token included in the request is invalid."},
		{"another secret", func(s *signing) { s.key.SecretAccessKey = "other" }, 403, invalid, "The request signature we calculated does not match the signature you provided. " +
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."},
		{"credentials that end in a second", func(s *signing) { s.principal.Expires = start.Add(time.Second) }, 200, "", ""},
		{"credentials that end now", func(s *signing) { s.principal.Expires = start }, 403, "ExpiredTokenException", "The security token included in the request is expired"},
		{"no policy", func(s *signing) { s.principal.Policies = nil }, 403, "AccessDeniedException", denied},
		{"a policy that denies", func(s *signing) { s.principal.Policies = policies("Deny", "Allow") }, 403, "AccessDeniedException", denied + " with an explicit deny"},
		{"a body that is too large", func(s *signing) {
			s.change = func(r *http.Request) { *r = *streaming(r, 10<<20+1) }
		}, 413, "", "HTTP content length exceeded 10485760 bytes."},
	} {
		s := &signing{
			key:     aws.Credentials{AccessKeyID: "ASIAEXAMPLE", SecretAccessKey: "not a secret", SessionToken: "token"},
			service: "execute-api", region: "us-east-1", at: start,
			principal: gateway.Principal{SecretKey: "not a secret", SessionToken: "token", UserARN: "arn:r", Policies: policies("Allow")},
			change:    func(*http.Request) {},
		}
		tt.change(s)
		f := returns(`{}`)
		g, err := gateway.New(gateway.Config{
			Definition: signedREST(t), Functions: map[string]gateway.Function{"F": f}, Now: clock.At(start).Now,
			Principals: func(key string) (p gateway.Principal, ok bool) {
				if key == "ASIAEXAMPLE" {
					return s.principal, true
				}
				return p, false
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("GET", "http://api.example.com/a", nil)
		signAs(t, r, s.key, s.service, s.region, s.at)
		s.change(r)
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		if kind := w.Header().Get("X-Amzn-ErrorType"); w.Code != tt.status || kind != tt.kind || !strings.Contains(w.Body.String(), tt.message) {
			t.Errorf("%s: got %d %s %s, want %d %s %s", tt.rule, w.Code, kind, w.Body, tt.status, tt.kind, tt.message)
		}
		if got := f.calls(); got != map[bool]int{true: 1}[tt.status == 200] {
			t.Errorf("%s: the function was called %d times", tt.rule, got)
		}
	}
}

func inAuthorization(from, to string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), from, to, 1))
	}
}
