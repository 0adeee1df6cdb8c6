package sam_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/notegate/notegate/infra/local/gateway/sam"
)

// What is not made here has the name, ARN and Ref that it would have, also where its
// name is made of others; one that is made of itself has its logical id.
func TestStandIns(t *testing.T) {
	t.Parallel()
	template, _ := read(t, `Transform: AWS::Serverless-2016-10-31
Parameters: {Env: {Type: String, Default: dev}}
Resources:
  Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: !Sub "notes-${Env}"}}
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: !Join ["-", [!Ref Table, files]]}}
  Queue: {Type: AWS::SQS::Queue}
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: {"Fn::ImportValue": x}}}
  Round: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "a-${Round}"}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Environment:
        Variables:
          TABLE: !Ref Table
          TABLE_ARN: !GetAtt Table.Arn
          BUCKET: !Ref Bucket
          BUCKET_ARN: !GetAtt Bucket.Arn
          QUEUE: !Ref Queue
          QUEUE_ARN: !GetAtt Queue.Arn
          TOPIC: !Ref Topic
          ROUND: !Ref Round
`, sam.Options{})
	want := map[string]string{
		"TABLE": "notes-dev", "TABLE_ARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/notes-dev",
		"BUCKET": "notes-dev-files", "BUCKET_ARN": "arn:aws:s3:::notes-dev-files",
		"QUEUE": "https://sqs.eu-west-1.amazonaws.com/123456789012/Queue", "QUEUE_ARN": "arn:aws:sqs:eu-west-1:123456789012:Queue",
		"TOPIC": "arn:aws:sns:eu-west-1:123456789012:Topic", "ROUND": "a-Round",
	}
	if diff := cmp.Diff(want, template.Functions[0].Environment); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
}

// What templates refer to that the template's own functions and APIs make.
func TestReferences(t *testing.T) {
	t.Parallel()
	const lambda = "arn:aws:lambda:eu-west-1:123456789012:function:"
	for value, want := range map[string]string{
		"!Ref Plain":                      "Plain",
		"!GetAtt Plain.Arn":               lambda + "Plain",
		"!Ref Notes.Version":              lambda + "Notes:1",
		"!Ref Notes.Alias":                lambda + "Notes:live",
		"!Ref Notes.DestinationQueue":     "Notes-DestinationQueue",
		"!Ref Live":                       lambda + "Plain:live",
		"!GetAtt Live.AliasArn":           lambda + "Plain:live",
		"!Ref First":                      lambda + "Plain:1",
		"!GetAtt First.FunctionArn":       lambda + "Plain:1",
		"!GetAtt First.Version":           "1",
		"!Ref ServerlessRestApi":          "ServerlessRestApi",
		"!Ref ServerlessHttpApi":          "ServerlessHttpApi",
		"!Ref NotesRole":                  "NotesRole",
		"!GetAtt NotesRole.Arn":           "arn:aws:iam::123456789012:role/NotesRole",
		"!GetAtt NotesRole.RoleId":        "NotesRole-RoleId",
		"!GetAtt OwnRole.Arn":             "arn:aws:iam::123456789012:role/chosen",
		"!GetAtt Distribution.DomainName": "Distribution-DomainName",
		"!Sub 'arn:${AWS::Partition}:x'":  "arn:aws:x",
		"!Ref AWS::StackId":               "arn:aws:cloudformation:eu-west-1:123456789012:stack/local/1",
		"!Ref Nobody":                     "",
		"!GetAtt Nobody.Arn":              "",
		"!GetAtt PlainRole.Arn":           "", // SAM makes roles for its own functions
		"!GetAtt Notes":                   "", // CloudFormation demands an attribute
	} {
		template, findings := read(t, `
Resources:
  Notes: {Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: live}}
  Own: {Type: AWS::Serverless::Function, Properties: {Role: !GetAtt OwnRole.Arn}}
  OwnRole: {Type: AWS::IAM::Role, Properties: {RoleName: chosen}}
  Plain: {Type: AWS::Lambda::Function}
  Live: {Type: AWS::Lambda::Alias, Properties: {Name: live, FunctionName: !Ref Plain, FunctionVersion: !GetAtt First.Version}}
  First: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Plain}}
  Distribution: {Type: AWS::CloudFront::Distribution}
  Subject: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {VALUE: `+value+`}}}}
`, sam.Options{})
		if got := template.Functions[3].Environment["VALUE"]; got != want {
			t.Errorf("%s: got %q, want %q, with %v", value, got, want, findings)
		}
	}
}
