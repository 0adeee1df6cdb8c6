package userpool

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

var rewrite = flag.Bool("rewrite", false, "write the table into README.md instead of comparing it")

// README.md has one row for each operation of the AWS SDK, for each flow and for
// each challenge. After a change of the operations:
//
//	go test ./infra/local/userpool -run TestTable -rewrite
func TestTable(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- The table is written by table_test.go. -->\n\n", "\n<!-- End of the table. -->\n"
	before, rest, ok := strings.Cut(string(text), begin)
	got, after, ended := strings.Cut(rest, end)
	if !ok || !ended {
		t.Fatalf("README.md: want %q and %q around the table", begin, end)
	}
	want := table(t)
	if *rewrite {
		if err := os.WriteFile("README.md", []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("the table of README.md is not the code's: run go test ./infra/local/userpool -run TestTable -rewrite, and read the change.\ngot:\n%s\nwant:\n%s", got, want)
	}
}

// A note that names nothing in the SDK is out of date, and one about what is not
// read any more, too.
func TestTableNotes(t *testing.T) {
	t.Parallel()
	all := sdkOperations()
	for name := range differences {
		if all[name] == nil || operationOf(name) == nil {
			t.Errorf("differences has a note on %s, which is not there", name)
		}
	}
	for _, why := range absences {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(all)), func(name string) bool {
			return operationOf(name) == nil && reasonOf(name) == why.note
		}) {
			t.Errorf("absences: nothing is absent for %q", why.note)
		}
	}
	for name := range maps.Keys(allOperations()) {
		if all[name] == nil {
			t.Errorf("%s is no operation of the SDK", name)
		}
	}
}

func table(t *testing.T) string {
	var w strings.Builder
	w.WriteString("| operation | here | what differs |\n|---|---|---|\n")
	absent := map[string][]string{}
	all := sdkOperations()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		op := operationOf(name)
		if op == nil {
			absent[reasonOf(name)] = append(absent[reasonOf(name)], "`"+name+"`")
			continue
		}
		note := differences[name]
		if ignored := ignoredMembers(all[name], op.reads); len(ignored) > 0 {
			note = strings.TrimPrefix(note+"; ignores "+strings.Join(ignored, ", "), "; ")
		}
		here := "yes"
		if note != "" {
			here = "differs"
		}
		fmt.Fprintf(&w, "| `%s` | %s | %s |\n", name, here, note)
	}
	for _, why := range append(absences, absence{note: ""}) {
		if names := absent[why.note]; len(names) > 0 {
			fmt.Fprintf(&w, "| %s | no | %s |\n", strings.Join(names, " "), why.note)
		}
	}
	w.WriteString("\n| flow | here | what differs |\n|---|---|---|\n")
	for _, flow := range slices.Sorted(slices.Values(types.AuthFlowType("").Values())) {
		row(&w, "AuthFlow", string(flow), flows[string(flow)].run != nil, flowNotes[string(flow)])
	}
	for _, name := range slices.Sorted(slices.Values(types.ChallengeNameType("").Values())) {
		_, asAnswer := firstFactors[string(name)]
		note := flowNotes[string(name)]
		if asAnswer {
			note = "as PREFERRED_CHALLENGE, or as the ANSWER to SELECT_CHALLENGE"
		}
		row(&w, "challenge", string(name), responders[string(name)] != nil || asAnswer, note)
	}
	for _, grant := range slices.Sorted(slices.Values(types.OAuthFlowType("").Values())) {
		c := Client{ID: "app", Secret: "secret", OAuth: true, OAuthFlows: []string{string(grant)}, Scopes: []string{"notes/read"}}
		row(&w, "OAuth 2.0", string(grant), c.check() == nil, flowNotes[string(grant)])
	}
	return w.String()
}

func row(w *strings.Builder, kind, name string, there bool, note string) {
	here := "no"
	switch {
	case there && note != "":
		here = "differs"
	case there:
		here = "yes"
	}
	fmt.Fprintf(w, "| %s `%s` | %s | %s |\n", kind, name, here, note)
}

// sdkOperations are the inputs of all operations that Cognito has, by name.
func sdkOperations() map[string]reflect.Type {
	found := map[string]reflect.Type{}
	client := reflect.TypeFor[*cognitoidentityprovider.Client]()
	for i := range client.NumMethod() {
		m := client.Method(i)
		if m.Type.NumIn() == 4 && m.Type.In(2).Kind() == reflect.Pointer && m.Type.In(2).Elem().Name() == m.Name+"Input" {
			found[m.Name] = m.Type.In(2).Elem()
		}
	}
	return found
}

func allOperations() map[string]operation {
	all := maps.Clone(operations)
	maps.Copy(all, adminOperations)
	return all
}

func operationOf(name string) *operation {
	if op, ok := allOperations()[name]; ok {
		return &op
	}
	return nil
}

// ignoredMembers are those of the SDK's input that ours does not read, sorted.
func ignoredMembers(sdk, ours reflect.Type) (ignored []string) {
	read := jsonMembers(ours)
	for i := range sdk.NumField() {
		f := sdk.Field(i)
		if !f.IsExported() || slices.Contains(ignoredEverywhere, f.Name) {
			continue
		}
		our, ok := read[f.Name]
		if !ok {
			ignored = append(ignored, f.Name)
			continue
		}
		theirs, our := structOf(f.Type), structOf(our)
		if theirs == nil || our == nil {
			continue
		}
		for _, name := range ignoredMembers(theirs, our) {
			ignored = append(ignored, f.Name+"."+name)
		}
	}
	slices.Sort(ignored)
	return ignored
}

// jsonMembers are a struct's members as encoding/json sees them.
func jsonMembers(t reflect.Type) map[string]reflect.Type {
	found := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "", name == "-":
		case name == "":
			found[f.Name] = f.Type
		default:
			found[name] = f.Type
		}
	}
	return found
}

// structOf returns the struct that a member is, or is a list of, or nil.
func structOf(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	return t
}

// reasonOf says why an operation is not there.
func reasonOf(name string) string {
	for _, why := range absences {
		if why.of.MatchString(name) {
			return why.note
		}
	}
	return ""
}

// An absence is why the operations with such names are not there.
type absence struct {
	of   *regexp.Regexp
	note string
}
