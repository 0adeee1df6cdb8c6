package lambda

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ErrRuntime says that no command is known for a runtime.
var ErrRuntime = errors.New("lambda: no command for this runtime")

//go:embed runtimes/node.mjs
var nodeLoop string

//go:embed runtimes/python.py
var pythonLoop string

// CommandFor returns the command that runs a function of a runtime such as
// nodejs22.x, with its code in a folder:
//
//   - provided.*: its file bootstrap or, if it is missing and there is Go source, go run.
//   - nodejs*: aws-lambda-ric, if that is installed in the folder or above it,
//     else a loop of this package's own.
//   - python*: awslambdaric, if that is installed, else a loop of our own.
//
// Any other runtime is [ErrRuntime].
func CommandFor(runtime, handler, folder string) ([]string, error) {
	switch {
	case strings.HasPrefix(runtime, "provided"), runtime == "go1.x":
		bootstrap := filepath.Join(folder, "bootstrap")
		if source, _ := filepath.Glob(filepath.Join(folder, "*.go")); !isFile(bootstrap) && len(source) > 0 {
			return []string{"go", "run", "."}, nil
		}
		return []string{bootstrap}, nil
	case strings.HasPrefix(runtime, "nodejs"):
		for _, main := range []string{"bin/index.mjs", "index.mjs"} { // up to its version 3, and since
			if client := above(folder, filepath.Join("node_modules", "aws-lambda-ric", filepath.FromSlash(main))); client != "" {
				return []string{"node", client, handler}, nil
			}
		}
		return []string{"node", "--input-type=module", "--eval", nodeLoop}, nil
	case strings.HasPrefix(runtime, "python"):
		if exec.Command("python3", "-c", "import awslambdaric").Run() == nil {
			return []string{"python3", "-u", "-m", "awslambdaric", handler}, nil
		}
		return []string{"python3", "-u", "-c", pythonLoop}, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrRuntime, runtime)
}

// HasCode tells whether a folder has what [CommandFor] would run.
func HasCode(folder, runtime, handler string) bool {
	if strings.HasPrefix(runtime, "provided") || runtime == "go1.x" {
		source, _ := filepath.Glob(filepath.Join(folder, "*.go"))
		return isFile(filepath.Join(folder, "bootstrap")) || len(source) > 0
	}
	dir, base := filepath.Split(filepath.FromSlash(handler))
	name, _, _ := strings.Cut(base, ".")
	found, _ := filepath.Glob(filepath.Join(folder, dir, name+".*"))
	return len(found) > 0
}

// above finds a file in the folder or in the nearest one above it; empty if none
// has it.
func above(folder, file string) string {
	folder, err := filepath.Abs(folder)
	for err == nil {
		if path := filepath.Join(folder, file); isFile(path) {
			return path
		}
		if folder == filepath.Dir(folder) {
			break
		}
		folder = filepath.Dir(folder)
	}
	return ""
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// Build builds the Go package in folder as the Makefile does for Lambda, except for
// this machine. The error holds what the compiler said.
func Build(folder, binary string) error {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return fmt.Errorf("lambda: %w", err)
	}
	cmd := exec.Command("go", "build", "-tags", "lambda.norpc", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", binary, ".")
	cmd.Dir = folder
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("lambda: go build in %s: %w\n%s", folder, err, out)
	}
	return nil
}
