package main_test

import (
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/notegate/notegate/infra/lambda/lambdatest"
	"github.com/notegate/notegate/pkg/cognito/cognitotest"
)

// The key set of a private CA's server is fetched with the bundle that the AWS
// SDKs' variable names, and is unreachable without.
func TestPrivateCA(t *testing.T) {
	t.Parallel()
	pool := cognitotest.NewPool(t)
	document, err := cognitotest.Document(t.Context(), []cognitotest.Key{pool.Key()})
	if err != nil {
		t.Fatal(err)
	}
	private := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(document) }))
	private.Config.ErrorLog = log.New(io.Discard, "", 0) // it would print the handshakes that fail on purpose
	private.StartTLS()
	t.Cleanup(private.Close)
	bundle := filepath.Join(t.TempDir(), "bundle.pem")
	if err := os.WriteFile(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: private.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	binary := lambdatest.Build(t, ".")
	event := fmt.Appendf(nil, `{"type":"TOKEN","methodArn":%q,"authorizationToken":"Bearer %s"}`, methodARN, pool.AccessToken(t, time.Now()))
	for name, tt := range map[string]struct{ env, want string }{
		"bundle": {"AWS_CA_BUNDLE=" + bundle, `"Effect":"Allow"`},
		"none":   {"AWS_CA_BUNDLE=", "gate: cannot decide"},
	} {
		f := lambdatest.Start(t, binary, tt.env, "ISSUER="+pool.Issuer(), "JWKS_URL="+private.URL, "CLIENT_IDS="+cognitotest.ClientID)
		if got := f.Invoke(t, event).Body; !strings.Contains(got, tt.want) {
			t.Errorf("%s: got %s, want it to hold %s: %s", name, got, tt.want, f.Output())
		}
	}
}
