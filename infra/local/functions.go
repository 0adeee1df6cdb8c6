package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/notegate/notegate/infra/lambda"
	"github.com/notegate/notegate/infra/local/gateway"
	"github.com/notegate/notegate/infra/local/gateway/api"
	"github.com/notegate/notegate/infra/local/gateway/definition"
	"github.com/notegate/notegate/infra/local/gateway/sam"
	"github.com/notegate/notegate/infra/local/userpool"
)

// longestCall is the timeout of a function without one in a template: longer than
// API Gateway's.
const longestCall = 30 * time.Second

// errCommand says that a function cannot be run.
var errCommand = errors.New("no command for the function")

// functions are those that the API calls: processes, or our own authorizer in
// this one.
func (s *system) functions(d *definition.Definition, o apiOptions) (map[string]gateway.Function, error) {
	f := &functionFinder{system: s, service: s.processes(), definition: d, options: o, folder: filepath.Dir(o.file), used: map[string]bool{}}
	all := map[string]gateway.Function{}
	for name, at := range called(d.API) {
		function, err := f.find(name)
		if missing := err; errors.Is(err, errCommand) {
			s.log.Warn(fmt.Sprintf("%s:%d: %s: %v: calls fail until --function %s=COMMAND is given", at.File, at.Line, name, err, name))
			function, err = invoke(func(context.Context, []byte) ([]byte, error) { return nil, missing }), nil
		}
		if err != nil {
			return nil, err
		}
		all[name] = function
	}
	return all, f.unused(slices.Sorted(maps.Keys(all)))
}

// called are the functions that the API names, each with a place.
func called(a *api.API) map[string]api.Place {
	names := map[string]api.Place{}
	for _, r := range a.Routes {
		if r.Authorizer != nil && r.Authorizer.Function.Name != "" {
			names[r.Authorizer.Function.Name] = r.Authorizer.At
		}
		if proxy, ok := r.Integration.(*api.Proxy); ok {
			names[proxy.Function.Name] = r.At
		}
	}
	return names
}

// processes is a service that runs functions until the system stops. It writes
// their lines to the log as the log's reader needs them.
func (s *system) processes() *lambda.Service {
	_, person := s.log.Handler().(*console)
	service := lambda.NewService(lambda.ServiceConfig{
		Region: s.cfg.region(), InitTimeout: time.Minute, // go run compiles first
		Log: func(function, line string) {
			if person {
				s.log.Info(function + ": " + line)
				return
			}
			s.log.Info(line, "function", function)
		},
	})
	s.closers = append(s.closers, service.Close)
	return service
}

// A functionFinder finds what to run for a function's name.
type functionFinder struct {
	*system
	service    *lambda.Service
	definition *definition.Definition
	options    apiOptions
	folder     string          // of the definition
	used       map[string]bool // names that were given and are called
}

func (f *functionFinder) find(name string) (gateway.Function, error) {
	declared := f.declared(name)
	names := []string{name, declared.Name}
	if slices.Contains(names, f.options.gate) {
		f.used[f.options.gate] = true
		return f.authorizer()
	}
	for _, name := range names {
		if command, ok := f.options.functions[name]; ok {
			f.used[name] = true
			words := strings.Fields(command)
			return f.add(declared, words, "", filesOf(words)) // in the current folder
		}
	}
	if declared.ID == "" {
		return nil, errCommand
	}
	return f.built(declared)
}

// declared is the template's function of the name; without one it has only that.
func (f *functionFinder) declared(name string) *sam.Function {
	for _, declared := range f.definition.Functions {
		if declared.ID == name || declared.Name == name {
			return declared
		}
	}
	return &sam.Function{Name: name, Timeout: longestCall}
}

// filesOf are the files that a command names.
func filesOf(command []string) (files []string) {
	for _, word := range command {
		if info, err := os.Stat(word); err == nil && (!filepath.IsAbs(word) || info.Mode().IsRegular()) {
			files = append(files, word)
		}
	}
	return files
}

// add makes a function of the command that is run in a folder, anew after a change
// of what is watched.
func (f *functionFinder) add(declared *sam.Function, command []string, folder string, watched []string) (gateway.Function, error) {
	spec := lambda.Spec{
		Name: declared.Name, Command: command, Dir: folder, Watch: watched, Env: os.Environ(),
		Handler: declared.Handler, Runtime: declared.Runtime, Memory: declared.Memory, Timeout: declared.Timeout,
	}
	spec.Env = append(spec.Env, f.layers(declared)...)
	if f.pool != nil { // so that an AWS SDK in the function finds it
		spec.Env = append(spec.Env, "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER="+f.poolURL)
	}
	for _, name := range slices.Sorted(maps.Keys(declared.Environment)) {
		spec.Env = append(spec.Env, name+"="+declared.Environment[name])
	}
	return f.service.Add(spec)
}

// built runs what the template says, from the source or from where sam build has
// put it.
func (f *functionFinder) built(declared *sam.Function) (gateway.Function, error) {
	folder, err := f.code(declared)
	if err != nil {
		return nil, err
	}
	command, err := lambda.CommandFor(declared.Runtime, declared.Handler, folder)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errCommand, err)
	}
	return f.add(declared, command, folder, append(f.layerFolders(declared), folder))
}

// code is the absolute folder of the function's code.
func (f *functionFinder) code(declared *sam.Function) (string, error) {
	if declared.Inline != "" {
		return f.inline(declared)
	}
	if declared.Code == "" {
		return "", fmt.Errorf("%w: its code is not on this machine", errCommand)
	}
	source, err := filepath.Abs(filepath.Join(f.folder, declared.Code))
	if err != nil {
		return "", err
	}
	built := filepath.Join(f.folder, ".aws-sam", "build", declared.ID)
	if !lambda.HasCode(source, declared.Runtime, declared.Handler) && lambda.HasCode(built, declared.Runtime, declared.Handler) {
		return filepath.Abs(built)
	}
	if _, err := os.Stat(source); err != nil {
		return "", fmt.Errorf("%w: there is no folder %s", errCommand, filepath.Join(f.folder, declared.Code))
	}
	return source, nil
}

// inline writes the code that stands in the template into a folder that goes with
// the system.
func (f *functionFinder) inline(declared *sam.Function) (string, error) {
	folder, err := os.MkdirTemp("", "notegate-function")
	if err != nil {
		return "", err
	}
	f.closers = append(f.closers, func() error { return os.RemoveAll(folder) })
	extension := ".js"
	if strings.HasPrefix(declared.Runtime, "python") {
		extension = ".py"
	}
	return folder, os.WriteFile(filepath.Join(folder, "index"+extension), []byte(declared.Inline), 0o600)
}

// unused refuses names that were given for functions that the API does not call.
func (f *functionFinder) unused(names []string) error {
	named := slices.Collect(maps.Keys(f.options.functions))
	if f.options.gate != "" {
		named = append(named, f.options.gate)
	}
	slices.Sort(named)
	for _, name := range named {
		if !f.used[name] {
			return fmt.Errorf("the API calls no function %q; it calls %s", name, strings.Join(names, ", "))
		}
	}
	return nil
}

// preToken is the command of PRE_TOKEN_GENERATION as a function of the pool, or
// nil. It is run in the current folder, with this process's environment, and anew
// after a change of the files that it names.
func (s *system) preToken() (userpool.Function, error) {
	if len(s.cfg.PreToken) == 0 {
		return nil, nil
	}
	return s.processes().Add(lambda.Spec{
		Name: "PreTokenGeneration", Command: s.cfg.PreToken, Timeout: longestCall,
		Env:   append(os.Environ(), "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER="+s.poolURL),
		Watch: filesOf(s.cfg.PreToken),
	})
}
