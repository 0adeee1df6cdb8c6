package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/notegate/notegate/infra"
	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/infra/local/userpool"
)

// startPool serves the local user pool, if tokens come from it.
func (s *system) startPool() (err error) {
	if !s.cfg.OwnPool {
		return nil
	}
	var listener net.Listener
	if listener, s.poolURL, err = s.listen("POOL_ADDR", s.cfg.PoolAddr); err != nil {
		return err
	}
	deployed, err := readTemplate()
	if err != nil {
		return err
	}
	trigger, err := s.preToken()
	if err != nil {
		return err
	}
	s.pool, err = userpool.Open(userpool.Config{
		Dir:             s.cfg.DataDir,
		PoolID:          s.cfg.Reach.PoolID,
		Issuer:          s.cfg.Reach.Issuer,
		BaseURL:         cmp.Or(s.cfg.Reach.Pool, s.poolURL),
		Hosts:           s.cfg.Reach.Hosts,
		Settings:        deployed.settings,
		ResourceServers: []userpool.ResourceServer{deployed.server},
		Clients:         append(s.clients(deployed.client), s.cfg.Clients...),
		LocalFlow:       userpool.LocalFlow{ClientID: clientID, Flow: "USER_PASSWORD_AUTH"},

		PreTokenGeneration: trigger,

		Demo:   userpool.Credentials{Email: demoEmail, Password: demoPassword},
		Now:    s.clock.Now,
		Logger: s.log,
	})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, s.pool.Close)
	keySet := s.trouble.keySet(s.pool)
	if err := s.serveKeySet(keySet); err != nil {
		return err
	}
	if err := s.openIssuer(); err != nil {
		return err
	}
	if s.cfg.Door.name == doors.RestIAM {
		if err := s.openIdentities(); err != nil {
			return err
		}
	}
	// The welcome prints this password, even if somebody has changed it since.
	if err := s.pool.EnsureUser(demoEmail, demoPassword); err != nil {
		return err
	}
	mux := s.switches()
	mux.Handle("GET "+s.pool.KeySetPath(), keySet)
	mux.Handle("/", s.withIdentities(s.pool))
	s.serve(listener, mux, poolMisdirected)
	return nil
}

// serveKeySet decides where the gate finds the pool's key set. With TLS it has a
// plain address of its own: the gate trusts no certificate that was made here.
func (s *system) serveKeySet(keySet http.Handler) error {
	s.keySetURL = s.poolURL + s.pool.KeySetPath()
	if s.cert == nil {
		return nil
	}
	plain, _, err := s.listen("POOL_ADDR", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.keySetURL = baseURL(plain) + s.pool.KeySetPath()
	s.servePlain(plain, keySet)
	return nil
}

// clients are the template's app client, for the page here, and one like it whose
// tokens the gate refuses. Both take passwords as they are, too, which a command
// line can send.
func (s *system) clients(deployed userpool.Client) []userpool.Client {
	notes := deployed
	notes.ID = clientID
	notes.AuthFlows = append(slices.Clone(deployed.AuthFlows), userpool.AllowUserPassword)
	// The hosted login may send users back to the page, or to the template's default
	// where no page is served.
	back := cmp.Or(s.pageURL, "http://localhost:3000") + "/"
	notes.CallbackURLs, notes.LogoutURLs = []string{back}, []string{back}
	other := userpool.Client{ID: otherClient, Name: "another app", AuthFlows: notes.AuthFlows}
	return []userpool.Client{notes, other}
}

// A deployedPool is the user pool that the template makes with its parameters at
// their defaults, so that what a pool or an app client refuses here it refuses
// there.
type deployedPool struct {
	settings userpool.Settings
	client   userpool.Client // without an id
	server   userpool.ResourceServer
}

// readTemplate reads the pool from the template.
func readTemplate() (d deployedPool, err error) {
	// The included file describes only the API.
	nothing := func(string) ([]byte, error) { return []byte("{}"), nil }
	template, err := cloudformation.Parse(infra.Template, nothing)
	if err != nil {
		return deployedPool{}, err
	}
	stack, err := template.Deploy(nil)
	if err != nil {
		return deployedPool{}, err
	}
	properties := func(name string) []byte {
		p := stack.Resources[name].Properties
		delete(p, "UserPoolId")
		for member, value := range p {
			text, ok := value.(string) // a parameter's
			if n, err := strconv.Atoi(text); ok && err == nil && strings.HasSuffix(member, "Validity") {
				p[member] = n
			}
		}
		text, err := json.Marshal(p)
		if err != nil { // it came from YAML
			panic(err)
		}
		return text
	}
	if d.settings, err = userpool.ReadSettings(properties("UserPool")); err != nil {
		return deployedPool{}, fmt.Errorf("infra/deploy/template.yaml: UserPool: %w", err)
	}
	if d.client, err = userpool.ReadClient(properties("AppClient")); err != nil {
		return deployedPool{}, fmt.Errorf("infra/deploy/template.yaml: AppClient: %w", err)
	}
	if d.server, err = userpool.ReadResourceServer(properties("ResourceServer")); err != nil {
		return deployedPool{}, fmt.Errorf("infra/deploy/template.yaml: ResourceServer: %w", err)
	}
	return d, nil
}
