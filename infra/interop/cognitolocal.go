package interop

import (
	"strconv"
	"testing"
)

// CognitoLocal starts a user pool service without any pool and returns its
// endpoint. Any credentials and any Region will do. The pools' issuer is
// [CognitoLocalIssuer], whatever the port.
//
// https://github.com/jagregory/cognito-local
func CognitoLocal(t testing.TB) (endpoint string) {
	t.Helper()
	return start(t, "cognito-local", `
		process.env.PORT = '0'
		process.env.HOST = '127.0.0.1'
		const { createDefaultServer } = require('cognito-local')
		const logger = require('pino')({ level: 'silent' })
		process.chdir(`+strconv.Quote(t.TempDir())+`) // it keeps its files in .cognito
		createDefaultServer(logger).then(server => server.start()).then(http =>
			console.log('http://127.0.0.1:' + http.address().port))`)
}

// CognitoLocalIssuer returns the iss of a pool of [CognitoLocal]. It is made
// from the port that was asked for, zero, so it is not where the key set is:
// as with most emulators, issuer and key set URL must be set apart.
func CognitoLocalIssuer(poolID string) string { return "http://127.0.0.1:0/" + poolID }
