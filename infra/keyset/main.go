// Command keyset writes a user pool's key set into a file, to be packed beside
// the authorizer. The set comes from Cognito or from another file, and is
// written only if the authorizer could use it.
//
//	keyset -pool eu-west-1_AbCdEfGhI dist/jwks.json
//	keyset -file dist/jwks.json dist/authorizer/jwks.json
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/notegate/notegate/pkg/cognito"
	"github.com/notegate/notegate/pkg/jwks"
)

func main() {
	pool := flag.String("pool", "", "user pool `id` to download from")
	file := flag.String("file", "", "`file` to read")
	flag.Parse()
	if flag.NArg() != 1 || (*pool == "") == (*file == "") {
		fmt.Fprintln(os.Stderr, "keyset: want -pool or -file, and the file to write")
		os.Exit(2)
	}
	if err := write(flag.Arg(0), *pool, *file); err != nil {
		fmt.Fprintln(os.Stderr, "keyset:", err)
		os.Exit(1)
	}
}

func write(target, pool, file string) error {
	document, err := read(pool, file)
	if err != nil {
		return err
	}
	if _, err := jwks.New(jwks.Config{URL: "https://localhost", Seed: document}); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return os.WriteFile(target, document, 0o644)
}

func read(pool, file string) ([]byte, error) {
	if file != "" {
		return os.ReadFile(file)
	}
	p, err := cognito.PoolByID(pool)
	if err != nil {
		return nil, err
	}
	var failures []error
	for _, issuer := range p.Issuers { // a pool publishes its keys under one form of its issuer, or both
		document, err := download(issuer.KeySetURL)
		if err == nil {
			return document, nil
		}
		failures = append(failures, err)
	}
	return nil, errors.Join(failures...)
}

func download(url string) ([]byte, error) {
	client := &http.Client{
		Timeout:       10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("GET %s: answered %d, want 200", url, response.StatusCode)
	}
	const most = 256 << 10 // the authorizer takes no more either
	return io.ReadAll(io.LimitReader(response.Body, most))
}
