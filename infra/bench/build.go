package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// errNoNode says why the Node subjects are left out.
var errNoNode = errors.New("no Node rows")

// build makes the subject ready to start, with its binary below folder.
func (s *subject) build(root, folder string) (err error) {
	if s.npm != nil {
		s.command, s.files, err = nodeCommand(root, s.source, s.npm)
	} else {
		binary := filepath.Join(folder, strings.ReplaceAll(s.source, "/", "-"), "bootstrap")
		s.command, s.files = []string{binary}, []string{binary}
		err = goBuild(root, binary, s.source)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	return nil
}

// goBuild builds as the Makefile does for Lambda, but for this machine.
func goBuild(root, binary, source string) error {
	cmd := exec.Command("go", "build", "-tags", "lambda.norpc", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", binary, "./"+source)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// nodeCommand returns how to run the script under the small runtime loop, and
// what of it would be deployed, which that loop is not: Lambda has its own.
func nodeCommand(root, script string, npm []string) (command, files []string, err error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, nil, fmt.Errorf("%w: Node is not installed", errNoNode)
	}
	interop := filepath.Join(root, "infra", "interop")
	packages, err := npmFolders(filepath.Join(interop, "node_modules"), npm)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, fmt.Errorf("%w: run npm ci in infra/interop", errNoNode)
	}
	at := func(name string) string { return filepath.Join(interop, "bench", name) }
	return []string{node, at("runtime.js"), at(script)}, append(packages, at(script), at("keyset.js"), at("policy.js")), err
}
