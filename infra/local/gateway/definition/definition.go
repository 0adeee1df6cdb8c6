// Package definition reads the definition of an API from a file of any of the
// forms that people have: OpenAPI, Swagger or a SAM template, as YAML or JSON.
package definition

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/notegate/notegate/infra/local/gateway/advice"
	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/document"
	"github.com/notegate/notegate/infra/local/gateway/openapi"
	"github.com/notegate/notegate/infra/local/gateway/sam"
	"github.com/notegate/notegate/infra/local/gateway/text"
)

// ErrAPI says that a template makes no API, or several of which none was chosen.
var ErrAPI = errors.New("definition: which API")

// Several is the [ErrAPI] of a template that makes more APIs than one, none of which
// was chosen.
type Several struct{ Names []string }

func (s *Several) Error() string {
	return fmt.Sprintf("%v: the template makes %s: choose by --api NAME", ErrAPI, strings.Join(s.Names, ", "))
}

func (s *Several) Unwrap() error { return ErrAPI }

// Options are what a definition is read with.
type Options struct {
	Parameters map[string]string // of a template, or values for Ref and Fn::Sub
	API        string            // the logical id of one of a template's APIs; needed if there are several
	Region     string
	Account    string
	Partition  string
	PoolID     string // stands for a user pool that a template makes
	ClientID   string // stands for its app clients
}

// A Definition is what was read.
type Definition struct {
	API       *api.API
	Name      string // the API's logical id; empty without a template
	Stage     string // empty if the definition names none
	Functions []*sam.Function
}

// Read reads a file. If a finding is [api.Finding.Fatal], the API must not be
// served, and the definition may be nil. The error says that the file cannot be
// read at all, or is [ErrAPI].
func Read(file string, o Options) (*Definition, []api.Finding, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, fmt.Errorf("definition: %w", err)
	}
	source, err := document.Parse(raw)
	if err != nil {
		return nil, []api.Finding{{Family: api.ErrDefinition, File: file, Line: lineOf(err), What: text.OneLine(err)}}, nil
	}
	source.File = file
	if sam.Is(source.Value) {
		return readTemplate(source, o)
	}
	if members, _ := source.Value.(map[string]any); members["openapi"] == nil && members["swagger"] == nil {
		return nil, []api.Finding{{Family: api.ErrDefinition, File: file, What: "neither OpenAPI, Swagger nor a template: no member openapi, swagger or Resources"}}, nil
	}
	d := &Definition{}
	model, findings := read(source, openapi.KindOf(source.Value), stageVariables(o.Parameters), o)
	d.API = model
	return d, findings, nil
}

func readTemplate(source *document.Document, o Options) (*Definition, []api.Finding, error) {
	template, findings := sam.Read(source, sam.Options{
		Parameters: o.Parameters, Region: o.Region, Account: o.Account, Partition: o.Partition, PoolID: o.PoolID, ClientID: o.ClientID,
	})
	a, err := choose(template.APIs, o.API)
	if err != nil {
		if slices.ContainsFunc(findings, api.Finding.Fatal) {
			err = nil // these say why there is none
		}
		return nil, findings, err
	}
	d := &Definition{Name: a.Name, Stage: a.Stage, Functions: template.Functions}
	var more []api.Finding
	d.API, more = read(a.Document, a.Kind, a.Variables, o)
	return d, append(findings, more...), nil
}

func choose(apis []*sam.API, name string) (*sam.API, error) {
	var names []string
	for _, a := range apis {
		if a.Name == name || name == "" && len(apis) == 1 {
			return a, nil
		}
		names = append(names, a.Name)
	}
	if len(apis) == 0 {
		return nil, fmt.Errorf("%w: the template makes none: no event of a function is of type Api or HttpApi", ErrAPI)
	}
	return nil, &Several{names}
}

// stageVariables are those parameters that name one: stageVariables.NAME.
func stageVariables(parameters map[string]string) map[string]string {
	var out map[string]string
	for name, value := range parameters {
		if name, ok := strings.CutPrefix(name, "stageVariables."); ok {
			if out == nil {
				out = map[string]string{}
			}
			out[name] = value
		}
	}
	return out
}

func read(source *document.Document, kind api.Kind, variables map[string]string, o Options) (*api.API, []api.Finding) {
	model, findings := openapi.ReadDocument(source, openapi.Options{
		Kind: kind, Variables: variables, Parameters: o.Parameters, Partition: o.Partition, Region: o.Region, Account: o.Account, AsImported: true,
	})
	if model != nil {
		findings = slices.Concat(findings, unsigned(model), advice.Of(model))
	}
	return model, findings
}

// unsigned notes routes that ask for AWS signatures: no role of a definition's can
// sign here.
func unsigned(a *api.API) (findings []api.Finding) {
	for _, r := range a.Routes {
		if r.Authorizer != nil && r.Authorizer.Type == api.IAM {
			findings = append(findings, api.Finding{
				Family: api.ErrUnsupported, File: r.At.File, Line: r.At.Line, Where: r.Key(), Ignored: true,
				What: "AWS_IAM: nobody has credentials here, so that every call is refused",
			})
		}
	}
	return findings
}

var line = regexp.MustCompile(`line (\d+)`)

// lineOf is the line that a parser's message names; 0 if it names none.
func lineOf(err error) int {
	if m := line.FindStringSubmatch(err.Error()); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}
