// Package interop starts the servers that nobody here wrote, for tests: npm
// packages of this folder, each on a free loopback port, each ended when its
// test ends. They take no part in what is deployed.
package interop

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Dynalite starts a DynamoDB on LevelDB, empty and in memory, and returns its
// endpoint. Any credentials and any Region will do.
//
// https://github.com/architect/dynalite
func Dynalite(t testing.TB) (endpoint string) {
	t.Helper()
	return start(t, "dynalite", `
		const server = require('dynalite')({ createTableMs: 0, deleteTableMs: 0 })
		server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port))`)
}

// start runs a Node script that needs the npm package, and returns the first
// line that it prints: its address. Without Node or the package the test is
// skipped; where CI is true it fails.
func start(t testing.TB, npmPackage, script string) (address string) {
	t.Helper()
	Modules(t, npmPackage)
	// Its standard input closes when this process dies, however that happens.
	cmd := exec.Command("node", "-e", "process.stdin.resume().on('end', () => process.exit());"+script)
	cmd.Dir = folder(t)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stdout)
	line, err := lines.ReadString('\n')
	if err != nil {
		cmd.Wait() // then stderr is whole
		t.Fatalf("%s ended before it listened: %s", npmPackage, stderr.String())
	}
	drained := make(chan struct{})
	go func() { // a full pipe would stop it
		defer close(drained)
		io.Copy(io.Discard, lines)
	}()
	t.Cleanup(func() {
		stdin.Close()
		cmd.Process.Kill()
		<-drained
		cmd.Wait()
	})
	return strings.TrimSpace(line)
}

// folder finds this package's folder from the one that go test runs in, because
// a binary built with -trimpath doesn't know where its source was.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "infra", "interop")
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the working directory")
		}
	}
}

func missing(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// Modules returns the folder of the npm packages, for a test that runs one of
// them by itself. Without it, or without Node, the test is skipped; where CI is
// true it fails.
func Modules(t testing.TB, npmPackage string) (folderOfPackages string) {
	t.Helper()
	modules := filepath.Join(folder(t), "node_modules")
	if _, err := exec.LookPath("node"); err != nil {
		missing(t, "Node is not installed: no test with "+npmPackage)
	}
	if _, err := os.Stat(filepath.Join(modules, npmPackage)); err != nil {
		missing(t, "run npm ci in infra/interop first: no test with "+npmPackage)
	}
	return modules
}

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
