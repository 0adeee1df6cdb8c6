package env

import (
	"crypto/x509"
	"os"
)

// CertPool returns the certificates in the PEM file that the variable names, nil
// if it is unset. They are meant to replace the system's, as those in
// AWS_CA_BUNDLE do in the AWS SDKs. A file that cannot be read or holds no
// certificate is wrong.
func (r *Reader) CertPool(name string) *x509.CertPool {
	file := r.getenv(name)
	if file == "" {
		return nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		r.Reject(name, "%v", err)
		return nil
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		r.Reject(name, "%s must be a PEM file with at least one certificate", file)
		return nil
	}
	return pool
}
