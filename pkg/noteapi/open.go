package noteapi

import (
	"log/slog"

	"github.com/notegate/notegate/pkg/note"
)

// Open returns the handler that settings describe, over a store. The caller
// opens the store, so that this package does not depend on the AWS SDK. The error is
// that of [New].
func Open(s Settings, store note.Store, logger *slog.Logger) (*Handler, error) {
	return New(Config{Store: store, MappedEvents: s.MappedEvents, UserPoolID: s.UserPoolID, AllowedOrigin: s.AllowedOrigin, Logger: logger})
}
