package gatetest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
)

// GatewayWaits is how long API Gateway waits for an authorizer.
const GatewayWaits = 10 * time.Second

// Runtime: what runs a function of ours is what it is built for.
func Runtime(s *cloudformation.Stack, name string) (p Problems) {
	f := s.Resources[name].Properties
	p.Want(name+".Runtime", f["Runtime"], "provided.al2023")
	p.Want(name+".Handler", f["Handler"], "bootstrap")
	p.Want(name+".Architectures", f["Architectures"], []string{"arm64"})
	p.Want(name+".MemorySize", f["MemorySize"], 256)
	return p
}

// Timeout: the function's timeout exceeds those of its own requests, and API
// Gateway's exceeds the function's.
func Timeout(s *cloudformation.Stack, name string, more, less time.Duration) (p Problems) {
	seconds, _ := strconv.Atoi(fmt.Sprint(s.Resources[name].Properties["Timeout"]))
	if timeout := time.Duration(seconds) * time.Second; timeout <= more || timeout >= less {
		p.Add("%s.Timeout: %s, want between %s and %s", name, timeout, more, less)
	}
	return p
}

// Variables: the function's environment holds what the code reads, GOMAXPROCS for
// the Go runtime and nothing else, and the code takes the values. Known replaces what only
// a deployment knows. Unset are the variables that the code reads and the
// template leaves at their defaults, in order.
func Variables(s *cloudformation.Stack, function string, known *strings.Replacer, read func(getenv func(string) string) error) (p Problems, unset []string) {
	variables, _ := Dig(s.Resources[function].Properties, "Environment", "Variables").(map[string]any)
	reads := map[string]bool{}
	err := read(func(name string) string {
		reads[name] = true
		return known.Replace(Text(variables[name]))
	})
	if err != nil {
		p.Add("%s: %v", function, err)
	}
	for name := range variables {
		if name != "GOMAXPROCS" && !reads[name] {
			p.Add("%s: nobody reads %s", function, name)
		}
	}
	p.Want(function+" GOMAXPROCS", variables["GOMAXPROCS"], "1") // Lambda shows two processors and gives a part of one
	for _, name := range slices.Sorted(maps.Keys(reads)) {
		if _, set := variables[name]; !set {
			unset = append(unset, name)
		}
	}
	return p, unset
}

// LogsOnly: the function's role is Lambda's, writes into the function's log
// group, and may do nothing else.
func LogsOnly(s *cloudformation.Stack, function string) (p Problems) {
	group := LogGroup(s, function)
	if group == "" {
		p.Add("%s: no log group of its own", function)
		return p
	}
	name, ok := referenced(s.Resources[function].Properties["Role"])
	if !ok {
		p.Add("%s: role %v, must be one of the stack's own", function, s.Resources[function].Properties["Role"])
		return p
	}
	role := s.Resources[name].Properties
	p.Want(name+".ManagedPolicyArns", role["ManagedPolicyArns"], nil)
	p.Want(name+" may", Grants(role), []string{"logs:CreateLogStream ${" + group + ".Arn}", "logs:PutLogEvents ${" + group + ".Arn}"})
	return append(p, ForLambda(name, role)...)
}

// ForLambda: the role trusts only Lambda.
func ForLambda(name string, role map[string]any) (p Problems) {
	p.Want(name+" is for", Dig(role, "AssumeRolePolicyDocument", "Statement"), []any{map[string]any{
		"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"Service": "lambda.amazonaws.com"},
	}})
	return p
}

// Grants lists what a role's own policies allow, as "action resource", in order.
func Grants(role map[string]any) (all []string) {
	policies, _ := role["Policies"].([]any)
	for _, policy := range policies {
		for _, statement := range List(Dig(policy, "PolicyDocument", "Statement")) {
			for _, action := range List(Dig(statement, "Action")) {
				for _, resource := range List(Dig(statement, "Resource")) {
					all = append(all, fmt.Sprint(action, " ", resource))
				}
			}
		}
	}
	slices.Sort(all)
	return all
}

// Logs: the function's lines go to a log group of the stack that does not keep
// them forever, and that exists before Lambda would create one.
func Logs(s *cloudformation.Stack, function string) (p Problems) {
	group := LogGroup(s, function)
	if days, _ := strconv.Atoi(fmt.Sprint(s.Resources[group].Properties["RetentionInDays"])); days <= 0 {
		p.Add("%s: log group %q keeps lines forever", function, group)
	}
	if group != "" && !slices.Contains(s.WaitsFor(function), group) {
		p.Add("%s.DependsOn: not on %s, so Lambda may make it first", function, group)
	}
	return p
}

// LogGroup is the logical id of the log group that the function writes to, by
// its setting or else by its name; empty if the stack has none.
func LogGroup(s *cloudformation.Stack, function string) string {
	f := s.Resources[function].Properties
	if group, ok := referenced(Dig(f, "LoggingConfig", "LogGroup")); ok {
		return group
	}
	for _, name := range s.OfType("AWS::Logs::LogGroup") {
		if s.Resources[name].Properties["LogGroupName"] == "/aws/lambda/"+Text(f["FunctionName"]) {
			return name
		}
	}
	return ""
}

var reference = regexp.MustCompile(`^\$\{([^.}]+)(\.[A-Za-z]+)?\}$`)

// referenced is the logical id of the resource that v refers to.
func referenced(v any) (name string, ok bool) {
	match := reference.FindStringSubmatch(Text(v))
	if match == nil {
		return "", false
	}
	return match[1], true
}
