package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A function finds what is in its layer; of a function without its code, and of a
// definition that has changed, the log tells.
func TestLayersAndChanges(t *testing.T) {
	t.Parallel()
	const template = `Transform: AWS::Serverless-2016-10-31
Resources:
  Shared: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: shared/}}
  Pets:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: pets/, Handler: app.handler, Runtime: python3.12, Timeout: 20, Layers: [!Ref Shared], Events: {Get: {Type: Api, Properties: {Path: /pets, Method: get}}}}
  Web:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: web/, Handler: index.handler, Runtime: nodejs20.x, Timeout: 20, Layers: [!Ref Shared], Events: {Get: {Type: Api, Properties: {Path: /web, Method: get}}}}
  Lost:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: nowhere/, Handler: index.handler, Runtime: nodejs20.x, Events: {Get: {Type: Api, Properties: {Path: /lost, Method: get}}}}
`
	dir := folder(t, "template.yaml", template,
		"shared/python/words.py", "word = 'from the layer'", "pets/app.py", "import words\ndef handler(event, context):\n  return {'body': words.word}\n",
		"shared/nodejs/node_modules/words/index.js", "module.exports = 'from the layer too'", "web/index.js", "exports.handler = async () => ({body: require('words')})")
	file := filepath.Join(dir, "template.yaml")
	s := run(t, anybodys(t, "api", file, "--no-pool"))
	s.request(t, "", "GET", "/pets", "").expect(t, 200, "from the layer")
	s.request(t, "", "GET", "/web", "").expect(t, 200, "from the layer too")
	s.request(t, "", "GET", "/lost", "").expect(t, 502, `{"message":"Internal server error"}`)
	s.log.Until(t, func(log string) bool {
		return strings.Contains(log, "template.yaml:12: Lost: no command for the function: there is no folder "+filepath.Join(dir, "nowhere"))
	})
	if err := os.WriteFile(file, []byte(template+"# more\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.log.Until(t, func(log string) bool { return strings.Contains(log, "template.yaml has changed: start anew") })
}
