package main

import (
	"os"
	"path/filepath"

	"github.com/notegate/notegate/infra/deploy/doors"
	"github.com/notegate/notegate/infra/deploy/extract"
)

// writeAuthorizer writes the template of only the authorizer, extracted from the
// whole system's.
func writeAuthorizer(whole, target string) error {
	text, err := os.ReadFile(whole)
	if err != nil {
		return err
	}
	if text, err = extract.Authorizer(text); err != nil {
		return err
	}
	return os.WriteFile(target, text, 0o644)
}

// writeDoors writes into a folder what the template includes: the API
// definition of each front door but the default one, whose definition is
// infra/openapi.yaml, and the policy of the rest-iam door's users.
func writeDoors(folder string) error {
	files, err := doors.Files()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
