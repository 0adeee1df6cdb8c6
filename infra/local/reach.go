package main

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/notegate/notegate/infra/local/loopback"
	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/env"
)

// reach is how the system is known to those that use it.
type reach struct {
	PoolID string
	Issuer string // empty: PoolURL or where the pool listens, and PoolID
	Pool   string // URL of the user pool for phones and containers; empty: where it listens
	Hosts  loopback.Hosts
	TLS    bool
	Cert   string // files of the user's own certificate and its key; empty: a certificate in DATA_DIR
	Key    string
}

// readReach reads POOL_ID, POOL_URL, ALLOWED_HOSTS, TLS, TLS_CERT and TLS_KEY.
func readReach(r *env.Reader) (c reach) {
	c.PoolID = r.String("POOL_ID", poolID)
	c.Issuer = issuerOf(r, c.PoolID)
	c.Pool = strings.TrimSuffix(r.String("POOL_URL", ""), "/")
	c.Hosts = readHosts(r)
	if c.Pool != "" {
		u, err := url.Parse(c.Pool)
		if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || c.Pool != u.Scheme+"://"+u.Host {
			r.MustBe("POOL_URL", c.Pool, "scheme, host and port of the user pool, such as http://10.0.2.2:9229")
			c.Pool = ""
		} else if name := strings.ToLower(u.Hostname()); !slices.Contains(c.Hosts, name) {
			c.Hosts = append(c.Hosts, name)
		}
	}
	c.TLS = r.OneOf("TLS", "", "on") == "on"
	c.Cert, c.Key = r.String("TLS_CERT", ""), r.String("TLS_KEY", "")
	switch {
	case c.Cert == "" && c.Key == "":
	case c.Cert == "":
		r.Reject("TLS_CERT", "required with TLS_KEY")
	case c.Key == "":
		r.Reject("TLS_KEY", "required with TLS_CERT")
	default:
		c.TLS = true
	}
	if c.TLS && strings.HasPrefix(c.Pool, "http:") {
		r.MustBe("POOL_URL", c.Pool, "https with TLS")
	}
	return c
}

var poolIDForm = regexp.MustCompile(`^[\w-]+_[0-9a-zA-Z]+$`)

// issuerOf is AWS's issuer for a pool id of AWS's form: verifiers that are
// configured with only a pool id, such as aws-jwt-verify's CognitoJwtVerifier,
// accept no other.
func issuerOf(r *env.Reader, id string) string {
	if !poolIDForm.MatchString(id) {
		r.MustBe("POOL_ID", id, "a form like local_notegate or us-east-1_AbCdEfGhI")
	}
	pool, err := cognito.PoolByID(id)
	if err != nil {
		return ""
	}
	return pool.Issuers[0].URL
}

func readHosts(r *env.Reader) (hosts loopback.Hosts) {
	for _, host := range r.List("ALLOWED_HOSTS") {
		if u, err := url.Parse("//" + host); net.ParseIP(host) == nil && (err != nil || u.Host != host || u.Port() != "" || strings.ContainsAny(host, "*[]")) {
			r.MustBe("ALLOWED_HOSTS", host, "a complete name or address without a port, such as 10.0.2.2,host.docker.internal")
			continue
		}
		hosts = append(hosts, strings.ToLower(host))
	}
	return hosts
}

// The answers to a request under a name that is not this machine's, each in the
// shape of the service that was asked.

func apiMisdirected(w http.ResponseWriter, r *http.Request) {
	misdirected(w, "application/json", map[string]string{"message": loopback.Why(r)})
}

func poolMisdirected(w http.ResponseWriter, r *http.Request) {
	const kind = "MisdirectedRequestException"
	w.Header().Set("X-Amzn-ErrorType", kind+":")
	misdirected(w, "application/x-amz-json-1.1", map[string]string{"__type": kind, "message": loopback.Why(r)})
}

func pageMisdirected(w http.ResponseWriter, r *http.Request) {
	http.Error(w, loopback.Why(r), http.StatusMisdirectedRequest)
}

func misdirected(w http.ResponseWriter, contentType string, answer map[string]string) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(http.StatusMisdirectedRequest)
	_ = json.NewEncoder(w).Encode(answer) // the client may be gone
}
