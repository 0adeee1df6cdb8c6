package main

import (
	"bytes"
	"encoding/json"
	"os"

	"github.com/notegate/notegate/infra/local/userpool"
	"github.com/notegate/notegate/pkg/env"
)

// readClients reads CLIENTS_FILE: one app client, or a list of them, each as
// CreateUserPoolClient takes it. A client without a ClientId gets one of its name,
// the same at each start.
func readClients(r *env.Reader) []userpool.Client {
	file := r.String("CLIENTS_FILE", "")
	if file == "" {
		return nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		r.Reject("CLIENTS_FILE", "%v", err)
		return nil
	}
	list := []json.RawMessage{text}
	if trimmed := bytes.TrimSpace(text); len(trimmed) > 0 && trimmed[0] == '[' {
		if err := json.Unmarshal(text, &list); err != nil {
			r.Reject("CLIENTS_FILE", "%s: %v", file, err)
			return nil
		}
	}
	var clients []userpool.Client
	for i, one := range list {
		c, err := userpool.ReadClient(one)
		if err != nil {
			r.Reject("CLIENTS_FILE", "%s: client %d: %v", file, i+1, err)
			continue
		}
		clients = append(clients, c)
	}
	return clients
}
