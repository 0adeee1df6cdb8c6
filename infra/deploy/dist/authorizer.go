package main

import (
	"os"

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
