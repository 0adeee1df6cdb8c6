package main

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/infra/local/userpool"
)

// startPool serves the local user pool, if tokens come from it.
func (s *system) startPool() error {
	if !s.cfg.OwnPool {
		return nil
	}
	listener, err := s.listen("POOL_ADDR", s.cfg.PoolAddr)
	if err != nil {
		return err
	}
	s.poolURL = s.urlOf(listener)
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
	s.serve(listener, s.named(mux, poolMisdirected))
	return nil
}

// serveKeySet decides where the gate finds the pool's key set. With TLS it has a
// plain address of its own: the gate trusts no certificate that was made here.
func (s *system) serveKeySet(keySet http.Handler) error {
	s.keySetURL = s.poolURL + s.pool.KeySetPath()
	if s.cert == nil {
		return nil
	}
	plain, err := s.listen("POOL_ADDR", "127.0.0.1:0")
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
	notes.CallbackURLs, notes.LogoutURLs = s.backTo(), s.backTo()
	other := userpool.Client{ID: otherClient, Name: "another app", AuthFlows: notes.AuthFlows}
	return []userpool.Client{notes, other}
}
