package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/notegate/notegate/infra/lambda"
)

// The subjects' names, as the report shows them.
const (
	ours   = "notegate authorizer"
	floor  = "a Go Lambda that does nothing"
	common = "golang-jwt + keyfunc (Go)"
	aws    = "aws-jwt-verify (Node)"
	blog   = "jsonwebtoken + jwk-to-pem (Node)"
	notes  = "notegate notes"
)

// A subject is one function that is measured as it is deployed.
type subject struct {
	name   string
	source string   // folder of a Go command, or Node script
	npm    []string // packages that the script needs

	event  []byte
	answer string // in the answer to event
	bogus  []byte // an event that must be refused; nil if none is

	command []string // once built
	folders []string // what is deployed, once built
}

func subjects(p *pool, now time.Time) ([]*subject, error) {
	token, err := p.token(now)
	if err != nil {
		return nil, err
	}
	note, err := notesEvent(now)
	good, bogus := authorizerEvent(token), authorizerEvent(tamper(token))
	return []*subject{
		{name: ours, source: "authorizer", event: good, answer: `"Allow"`, bogus: bogus},
		{name: floor, source: "infra/bench/peer/nothing", event: good, answer: "{}"},
		{name: common, source: "infra/bench/peer/common", event: good, answer: `"Allow"`, bogus: bogus},
		{name: aws, source: "aws-jwt-verify.js", npm: []string{"aws-jwt-verify"}, event: good, answer: `"Allow"`, bogus: bogus},
		{name: blog, source: "blog.js", npm: []string{"jsonwebtoken", "jwk-to-pem"}, event: good, answer: `"Allow"`, bogus: bogus},
		{name: notes, source: "notes", event: note, answer: "Buy milk"},
	}, err
}

// tamper changes one bit of a token's payload.
func tamper(token string) string {
	changed := []byte(token)
	changed[strings.Index(token, ".")+40] ^= 1
	return string(changed)
}

// errNoNode says why the Node subjects are left out.
var errNoNode = errors.New("no Node rows")

// build makes the subject ready to start.
func (s *subject) build(l *lab) (err error) {
	if s.npm != nil {
		return s.findNode(l)
	}
	folder := filepath.Join(l.folder, s.source)
	binary := filepath.Join(folder, "bootstrap")
	s.command, s.folders = []string{binary}, []string{folder}
	return lambda.Build(filepath.Join(l.root, s.source), binary)
}

// findNode runs the script under a small loop, which is not deployed, because
// Lambda has its own.
func (s *subject) findNode(l *lab) error {
	node, err := exec.LookPath("node")
	if err != nil {
		return fmt.Errorf("%w: Node is not installed", errNoNode)
	}
	s.folders, err = npmFolders(l.modules(), s.npm)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%w: run npm ci in infra/interop", errNoNode)
	}
	peers := filepath.Join(l.root, "infra", "bench", "peer")
	s.command = []string{node, filepath.Join(peers, "runtime.js"), filepath.Join(peers, "node", s.source)}
	s.folders = append(s.folders, filepath.Join(peers, "node"))
	return err
}

// npmFolders returns the folders of packages and of all that they need, which
// is what people deploy who use no bundler.
func npmFolders(modules string, names []string) (folders []string, err error) {
	for i := 0; i < len(names); i++ {
		folder := filepath.Join(modules, names[i])
		text, err := os.ReadFile(filepath.Join(folder, "package.json"))
		if err != nil {
			return nil, err
		}
		var about struct{ Dependencies map[string]string }
		if err := json.Unmarshal(text, &about); err != nil {
			return nil, err
		}
		for needed := range about.Dependencies {
			if !slices.Contains(names, needed) {
				names = append(names, needed)
			}
		}
		folders = append(folders, folder)
	}
	return folders, nil
}

// zippedSize is the size in bytes of a zip archive of what is in these folders.
func zippedSize(folders []string) (int, error) {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for _, folder := range folders {
		if err := w.AddFS(os.DirFS(folder)); err != nil {
			return 0, err
		}
	}
	err := w.Close()
	return archive.Len(), err
}
