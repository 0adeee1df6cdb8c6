package sam_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway/sam"
)

// Layers of the template's own files are found; others, and events that nothing
// sends, are noted.
func TestLayersAndOtherEvents(t *testing.T) {
	t.Parallel()
	template, findings := read(t, `Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Layers: [!Ref Own]}}
Resources:
  Own: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: own/}}
  Plain: {Type: AWS::Lambda::LayerVersion, Properties: {Content: plain}}
  Elsewhere: {Type: AWS::Lambda::LayerVersion, Properties: {Content: {S3Bucket: b, S3Key: k}}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Layers: [!Ref Plain, !Ref Elsewhere, 'arn:aws:lambda:eu-west-1:123456789012:layer:Tools:1']
      Events:
        Get: {Type: Api, Properties: {Path: /, Method: get}}
        Tick: {Type: Schedule, Properties: {Schedule: rate(1 minute)}}
`, sam.Options{})
	if diff := cmp.Diff([]sam.Layer{{ID: "Own", Folder: "own/"}, {ID: "Plain", Folder: "plain"}}, template.Functions[0].Layers); diff != "" {
		t.Errorf("layers (-want +got):\n%s", diff)
	}
	var got []string
	for _, f := range findings {
		got = append(got, fmt.Sprintf("%d: %s: %s %v", f.Line, f.Where, f.What, f.Ignored))
	}
	const layer = "10: F: a layer that is not of this template's files true"
	if diff := cmp.Diff([]string{layer, layer, "13: F: events of type Schedule: nothing sends them here true"}, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}
