package jwks

// DefaultTransport lets tests add the certificate of their server to the
// transport that is in use when none is configured.
var DefaultTransport = defaultTransport
