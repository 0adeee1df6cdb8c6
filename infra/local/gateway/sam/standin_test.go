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
