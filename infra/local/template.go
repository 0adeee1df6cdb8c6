package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/notegate/notegate/infra"
	"github.com/notegate/notegate/infra/deploy/cloudformation"
	"github.com/notegate/notegate/infra/local/userpool"
)

// A deployedPool is the user pool that the template makes with its parameters at
// their defaults, so that what a pool or an app client refuses here it refuses
// there.
type deployedPool struct {
	settings userpool.Settings
	client   userpool.Client // without an id
	server   userpool.ResourceServer
}

// readTemplate reads the pool from the template.
func readTemplate() (d deployedPool, err error) {
	// The included file describes only the API.
	nothing := func(string) ([]byte, error) { return []byte("{}"), nil }
	template, err := cloudformation.Parse(infra.Template, nothing)
	if err != nil {
		return deployedPool{}, err
	}
	stack, err := template.Deploy(nil)
	if err != nil {
		return deployedPool{}, err
	}
	properties := func(name string) []byte {
		p := stack.Resources[name].Properties
		delete(p, "UserPoolId")
		for member, value := range p {
			text, ok := value.(string) // a parameter's
			if n, err := strconv.Atoi(text); ok && err == nil && strings.HasSuffix(member, "Validity") {
				p[member] = n
			}
		}
		text, err := json.Marshal(p)
		if err != nil { // it came from YAML
			panic(err)
		}
		return text
	}
	if d.settings, err = userpool.ReadSettings(properties("UserPool")); err != nil {
		return deployedPool{}, fmt.Errorf("infra/deploy/template.yaml: UserPool: %w", err)
	}
	if d.client, err = userpool.ReadClient(properties("AppClient")); err != nil {
		return deployedPool{}, fmt.Errorf("infra/deploy/template.yaml: AppClient: %w", err)
	}
	if d.server, err = userpool.ReadResourceServer(properties("ResourceServer")); err != nil {
		return deployedPool{}, fmt.Errorf("infra/deploy/template.yaml: ResourceServer: %w", err)
	}
	return d, nil
}
