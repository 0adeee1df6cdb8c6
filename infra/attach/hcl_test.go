package attach_test

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// A module is a Terraform configuration. Its expressions are evaluated as far as
// they can be before a deployment; what only that knows stands as a name, as in
// package cloudformation.
type module struct {
	blocks    map[string]*hclsyntax.Body // by address: var.x, aws_x.y, data.aws_x.y
	locals    map[string]hclsyntax.Expression
	outputs   map[string]*hclsyntax.Body
	variables map[string]string // given values
	errs      []error
	open      []string // addresses that are being evaluated
}

// parseModule reads all files of a folder, the text of which is given by name.
func parseModule(t *testing.T, files, variables map[string]string) *module {
	t.Helper()
	m := &module{
		blocks: map[string]*hclsyntax.Body{}, locals: map[string]hclsyntax.Expression{}, outputs: map[string]*hclsyntax.Body{}, variables: variables,
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		file, diagnostics := hclparse.NewParser().ParseHCL([]byte(files[name]), name)
		if diagnostics.HasErrors() {
			t.Fatal(diagnostics)
		}
		for _, block := range file.Body.(*hclsyntax.Body).Blocks {
			m.add(block)
		}
	}
	return m
}

func (m *module) fail(format string, args ...any) {
	m.errs = append(m.errs, fmt.Errorf(format, args...))
}

func (m *module) add(block *hclsyntax.Block) {
	address := strings.Join(block.Labels, ".")
	switch block.Type {
	case "terraform":
		return
	case "locals":
		for name, attribute := range block.Body.Attributes {
			m.locals[name] = attribute.Expr
		}
		return
	case "output":
		m.outputs[address] = block.Body
		return
	case "variable":
		address = "var." + address
	case "data":
		address = "data." + address
	case "resource":
	default:
		m.fail("%s: a block of the kind %s", address, block.Type)
	}
	if m.blocks[address] != nil {
		m.fail("%s is defined twice", address)
	}
	m.blocks[address] = block.Body
}

// evaluate returns an expression's value; its references are in the errors if
// they lead nowhere.
func (m *module) evaluate(expression hclsyntax.Expression, more map[string]cty.Value) cty.Value {
	roots := map[string]map[string]any{}
	for _, traversal := range expression.Variables() {
		if _, given := more[traversal.RootName()]; !given {
			m.resolve(traversal, roots)
		}
	}
	variables := maps.Clone(more)
	if variables == nil {
		variables = map[string]cty.Value{}
	}
	for name, members := range roots {
		variables[name] = object(members)
	}
	value, diagnostics := expression.Value(&hcl.EvalContext{Variables: variables, Functions: functions})
	if diagnostics.HasErrors() {
		m.fail("%v", diagnostics)
		return cty.StringVal("")
	}
	return value
}

// resolve puts what a reference stands for into the tree of roots.
func (m *module) resolve(traversal hcl.Traversal, roots map[string]map[string]any) {
	var path []string
	for _, step := range traversal {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			path = append(path, step.Name)
		case hcl.TraverseAttr:
			path = append(path, step.Name)
		}
	}
	text := strings.Join(path, ".")
	n := map[string]int{"var": 2, "local": 2, "path": 2, "data": 4}[path[0]]
	if n == 0 {
		n = 3 // a resource: type, name, attribute
	}
	if len(path) < n-1 {
		m.fail("%s: leads nowhere", text)
		return
	}
	var value cty.Value
	switch {
	case path[0] == "path":
		value = cty.StringVal(".")
	case path[0] == "local" && m.locals[path[1]] != nil:
		value = m.within(text, m.locals[path[1]])
	case path[0] == "var" && m.blocks[text] != nil:
		value = m.variable(path[1])
	case len(path) < n: // the whole resource, of depends_on
		if m.blocks[text] == nil {
			m.fail("%s: no such block", text)
		}
		value = cty.StringVal(text)
	default:
		value = m.attribute(strings.Join(path[:n-1], "."), path[n-1])
	}
	if len(path) < n {
		n--
	}
	members := roots[path[0]]
	if members == nil {
		members = map[string]any{}
		roots[path[0]] = members
	}
	for _, name := range path[1 : n-1] {
		next, ok := members[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			members[name] = next
		}
		members = next
	}
	members[path[n-1]] = value
}

// within evaluates what an address stands for, unless that is being done.
func (m *module) within(address string, expression hclsyntax.Expression) cty.Value {
	if slices.Contains(m.open, address) {
		m.fail("%s: leads to itself", address)
		return cty.StringVal("")
	}
	m.open = append(m.open, address)
	defer func() { m.open = m.open[:len(m.open)-1] }()
	return m.evaluate(expression, nil)
}

func (m *module) variable(name string) cty.Value {
	given, ok := m.variables[name]
	if ok && m.blocks["var."+name].Attributes["type"] != nil && strings.HasPrefix(given, "[") {
		expression, _ := hclsyntax.ParseExpression([]byte(given), name, hcl.InitialPos)
		return m.evaluate(expression, nil)
	}
	if ok {
		return cty.StringVal(given)
	}
	if fallback := m.blocks["var."+name].Attributes["default"]; fallback != nil {
		return m.evaluate(fallback.Expr, nil)
	}
	m.fail("var.%s has no value", name)
	return cty.StringVal("")
}

// attribute is an attribute of a resource or data source: as it is set, or what a
// deployment would say.
func (m *module) attribute(address, name string) cty.Value {
	if m.blocks[address] == nil {
		m.fail("%s.%s: no such block", address, name)
		return cty.StringVal("")
	}
	if value, ok := computed(address, name); ok {
		return cty.StringVal(value)
	}
	if name == "json" && strings.HasPrefix(address, "data.aws_iam_policy_document.") {
		return cty.StringVal(m.policy(address))
	}
	if set := m.blocks[address].Attributes[name]; set != nil {
		return m.within(address+"."+name, set.Expr)
	}
	m.fail("%s has no attribute %s", address, name)
	return cty.StringVal("")
}

// object makes a value of the tree of roots.
func object(members map[string]any) cty.Value {
	values := map[string]cty.Value{}
	for name, member := range members {
		switch member := member.(type) {
		case cty.Value:
			values[name] = member
		case map[string]any:
			values[name] = object(member)
		}
	}
	return cty.ObjectVal(values)
}

// functions are Terraform's that the example uses. A file's hash is its name.
var functions = map[string]function.Function{
	"join": stdlib.JoinFunc, "merge": stdlib.MergeFunc, "jsonencode": stdlib.JSONEncodeFunc,
	"filebase64sha256": hashOfFile, "filesha256": hashOfFile,
}

var hashOfFile = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "path", Type: cty.String}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		path := args[0].AsString()
		if filepath.Ext(path) == "" {
			return cty.NilVal, errors.New("no file's name: " + path)
		}
		return cty.StringVal(path), nil
	},
})
