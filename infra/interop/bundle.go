package interop

import "testing"

// AmplifyPage returns the script of a page with aws-amplify, amplifypage.mjs, as a
// browser runs it.
//
// https://esbuild.github.io/
func AmplifyPage(t testing.TB) string {
	t.Helper()
	Modules(t, "aws-amplify")
	return string(output(t, "esbuild", nil, "node", "-e", `
		const { outputFiles } = require("esbuild").buildSync({ entryPoints: ["amplifypage.mjs"], bundle: true, format: "iife", logLevel: "warning", write: false })
		process.stdout.write(outputFiles[0].text)`))
}
