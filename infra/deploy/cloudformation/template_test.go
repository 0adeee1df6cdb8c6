package cloudformation_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/deploy/cloudformation"
)

const sample = `
Parameters:
  Kind: {Type: String, Default: plain, AllowedValues: [plain, fancy]}
  Names: {Type: CommaDelimitedList, Default: "a,b"}
  Days: {Type: Number, Default: 3, MinValue: 1, MaxValue: 5}
Mappings: {Colours: {ByKind: {fancy: gold}}}
Rules:
  FancyHasTime:
    RuleCondition: !Equals [!Ref Kind, fancy]
    Assertions: [{Assert: !Not [!Equals [!Ref Days, "1"]], AssertDescription: Set Days to more than 1.}]
Conditions:
  Fancy: !Equals [!Ref Kind, fancy]
  Plain: !Not [!Condition Fancy]
  Any: !Or [!Condition Fancy, !Condition Plain]
  Both: !And [!Condition Fancy, !Condition Plain]
Globals: {Function: {MemorySize: 256, Timeout: 3, Environment: {Variables: {SHARED: x, OURS: x}}, Layers: [one]}}
Resources:
  Role: {Type: AWS::IAM::Role, Condition: Fancy}
  Function:
    Type: AWS::Serverless::Function
    Condition: Any
    Properties:
      Timeout: 6
      Environment: {Variables: {OURS: !Ref Days}}
      Layers: [two]
      Names: !Ref Names
      Colour: !If [Fancy, !FindInMap [Colours, ByKind, fancy], !Ref AWS::NoValue]
      Role: !If [Fancy, !GetAtt Role.Arn, none]
      Text: !Sub "${AWS::Region}/${!kept}/${Days}"
      Local: !Sub ["${X}!", {X: !Join ["-", !Split [",", "a,b"]]}]
      Second: !Select [1, !Ref Names]
      Region: !If [Fancy, !Select [3, !Split [":", !GetAtt Role.Arn]], none]
      Policy: {Statement: [{Effect: Allow, Condition: {Bool: {x: "true"}}}]}
      Body: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: body.json}}}
  Never: {Type: AWS::IAM::Role, Condition: Both}
Outputs:
  Arn: {Condition: Fancy, Value: !GetAtt Role.Arn}
`

func parse(text string) (*cloudformation.Template, error) {
	return cloudformation.Parse([]byte(text), func(location string) ([]byte, error) {
		return []byte(`{"from": "` + location + `", "days": {"Ref": "Days"}}`), nil
	})
}

func TestDeploy(t *testing.T) {
	t.Parallel()
	tmpl, err := parse(sample)
	if err != nil {
		t.Fatal(err)
	}
	common := map[string]any{
		"MemorySize": 256, "Timeout": 6, "Names": []any{"a", "b"}, "Text": "eu-west-1/${kept}/3", "Local": "a-b!", "Second": "b",
		"Environment": map[string]any{"Variables": map[string]any{"SHARED": "x", "OURS": "3"}}, "Layers": []any{"one", "two"},
		"Policy": map[string]any{"Statement": []any{map[string]any{"Effect": "Allow", "Condition": map[string]any{"Bool": map[string]any{"x": "true"}}}}},
		"Body":   map[string]any{"from": "body.json", "days": "3"},
	}
	for kind, different := range map[string]map[string]any{
		"plain": {"Role": "none", "Region": "none"},
		"fancy": {"Role": "${Role.Arn}", "Region": "eu-west-1", "Colour": "gold"},
	} {
		stack, err := tmpl.Deploy(map[string]string{"Kind": kind})
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]any{}
		for _, part := range []map[string]any{common, different} {
			for name, value := range part {
				want[name] = value
			}
		}
		if diff := cmp.Diff(want, stack.Resources["Function"].Properties); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
		_, role := stack.Resources["Role"]
		_, never := stack.Resources["Never"]
		if role != (kind == "fancy") || never || (stack.Outputs["Arn"] == "${Role.Arn}") != role {
			t.Errorf("%s: resources %v, outputs %v", kind, stack.Resources, stack.Outputs)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	tmpl, err := parse(sample)
	if err != nil {
		t.Fatal(err)
	}
	for rule, tt := range map[string]struct {
		parameters map[string]string
		want       string
	}{
		"not an allowed value": {map[string]string{"Kind": "odd"}, "Kind: must be one of [plain fancy]"},
		"too small":            {map[string]string{"Days": "0"}, "Days: must be at least 1"},
		"too large":            {map[string]string{"Days": "6"}, "Days: must be at most 5"},
		"no number":            {map[string]string{"Days": "x"}, "Days: must be a number"},
		"against a rule":       {map[string]string{"Kind": "fancy", "Days": "1"}, "Set Days to more than 1."},
	} {
		if _, err := tmpl.Deploy(tt.parameters); !errors.Is(err, cloudformation.ErrRefused) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %v: %s", rule, err, cloudformation.ErrRefused, tt.want)
		}
	}
}

// What CloudFormation would stumble over is an error here.
func TestMistakes(t *testing.T) {
	t.Parallel()
	for rule, tt := range map[string]struct{ old, new, want string }{
		"an alias":                        {"Role: {Type: AWS::IAM::Role, Condition: Fancy}", "Role: &r {Type: AWS::IAM::Role, Condition: Fancy}\n  More: *r", "does not support aliases"},
		"a member twice":                  {"Timeout: 6", "Timeout: 6\n      Timeout: 7", "Timeout is defined twice"},
		"a resource that is left out":     {"!If [Fancy, !GetAtt Role.Arn, none]", "!GetAtt Role.Arn", "refers to Role, which this stack does not have"},
		"a resource that there is none":   {"none]", "!Ref Nothing]", "refers to Nothing"},
		"a condition there is none":       {"Condition: Any", "Condition: Some", "no condition Some"},
		"a map without the key":           {"!If [Fancy, !FindInMap [Colours, ByKind, fancy], !Ref AWS::NoValue]", "!FindInMap [Colours, ByKind, plain]", "Function.Colour: Fn::FindInMap"},
		"an element that there is none":   {"!Select [1,", "!Select [2,", "Function.Second: Fn::Select"},
		"a circle":                        {"Role: {Type: AWS::IAM::Role, Condition: Fancy}", "Role: {Type: AWS::IAM::Role, Condition: Fancy}\n  A: {Type: T, Properties: {X: !GetAtt B.Arn}}\n  B: {Type: T, Properties: {X: [!Sub \"${C}/*\"]}}\n  C: {Type: T, DependsOn: A}", "circular dependency: A -> B -> C -> A"},
		"a circle of one":                 {"Role: {Type: AWS::IAM::Role, Condition: Fancy}", "Role: {Type: AWS::IAM::Role, Condition: Fancy}\n  A: {Type: T, DependsOn: [Function, A]}", "circular dependency: A -> A"},
		"a wait for one that is left out": {"Role: {Type: AWS::IAM::Role, Condition: Fancy}", "Role: {Type: AWS::IAM::Role, Condition: Fancy}\n  A: {Type: T, DependsOn: Role}", "A: waits for Role, which this stack does not have"},
		"a circle through metadata":       {"Role: {Type: AWS::IAM::Role, Condition: Fancy}", "Role: {Type: AWS::IAM::Role, Condition: Fancy}\n  A: {Type: T, Metadata: {After: !GetAtt B.Arn}}\n  B: {Type: T, DependsOn: A}", "circular dependency: A -> B -> A"},
		"another function":                {"!Ref Names\n      Colour", "!Base64 x\n      Colour", "Fn::Base64"},
		"another transform":               {"AWS::Include", "AWS::LanguageExtensions", "transforms other than AWS::Include are not supported"},
	} {
		if !strings.Contains(sample, tt.old) {
			t.Fatalf("%s: the sample does not hold %q", rule, tt.old)
		}
		tmpl, err := parse(strings.Replace(sample, tt.old, tt.new, 1))
		if err == nil {
			_, err = tmpl.Deploy(nil)
		}
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", rule, err, tt.want)
		}
	}
}
