package interop

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// AmplifyPage returns the script of a page with aws-amplify, amplifypage.mjs, as a
// browser runs it.
//
// https://esbuild.github.io/
func AmplifyPage(t testing.TB) string {
	t.Helper()
	modules := Modules(t, "aws-amplify")
	cmd := exec.CommandContext(t.Context(), "node", "-e", `
		const { outputFiles } = require("esbuild").buildSync({ entryPoints: ["amplifypage.mjs"], bundle: true, format: "iife", logLevel: "warning", write: false })
		process.stdout.write(outputFiles[0].text)`)
	cmd.Dir = filepath.Dir(modules)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	script, err := cmd.Output()
	if err != nil {
		t.Fatalf("esbuild: %v: %s", err, stderr.String())
	}
	return string(script)
}
