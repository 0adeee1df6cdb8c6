package sam

import (
	"fmt"
	"slices"
	"strings"
)

// arnForms are the ends of the ARNs of common resources, after the partition, with
// NAME, REGION and ACCOUNT for the resource's. Others have their service's usual one.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
var arnForms = map[string]string{
	"AWS::DynamoDB::Table":             "dynamodb:REGION:ACCOUNT:table/NAME",
	"AWS::DynamoDB::GlobalTable":       "dynamodb:REGION:ACCOUNT:table/NAME",
	"AWS::Serverless::SimpleTable":     "dynamodb:REGION:ACCOUNT:table/NAME",
	"AWS::S3::Bucket":                  "s3:::NAME",
	"AWS::IAM::Role":                   "iam::ACCOUNT:role/NAME",
	"AWS::Events::EventBus":            "events:REGION:ACCOUNT:event-bus/NAME",
	"AWS::SecretsManager::Secret":      "secretsmanager:REGION:ACCOUNT:secret:NAME",
	"AWS::StepFunctions::StateMachine": "states:REGION:ACCOUNT:stateMachine:NAME",
	"AWS::Serverless::StateMachine":    "states:REGION:ACCOUNT:stateMachine:NAME",
	"AWS::Logs::LogGroup":              "logs:REGION:ACCOUNT:log-group:NAME:*",
}

// referredByARN are those whose Ref is their ARN.
var referredByARN = []string{"AWS::SNS::Topic", "AWS::SecretsManager::Secret", "AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine"}

// reference is what Ref gives of a resource that is not made here.
func (r *reader) reference(name string) string {
	kind := fmt.Sprint(r.resources[name]["Type"])
	switch {
	case kind == "AWS::SQS::Queue":
		return "https://sqs." + r.Region + ".amazonaws.com/" + r.Account + "/" + r.physicalName(name)
	case slices.Contains(referredByARN, kind):
		return r.standInARN(name)
	}
	return r.physicalName(name)
}

func (r *reader) standInARN(name string) string {
	kind := fmt.Sprint(r.resources[name]["Type"])
	form, ok := arnForms[kind]
	if !ok {
		parts := strings.Split(kind, "::")
		form = strings.ToLower(parts[min(1, len(parts)-1)]) + ":REGION:ACCOUNT:NAME"
	}
	return "arn:" + r.Partition + ":" + strings.NewReplacer("NAME", r.physicalName(name), "REGION", r.Region, "ACCOUNT", r.Account).Replace(form)
}

// physicalName is what the template calls a resource, or its logical id.
func (r *reader) physicalName(name string) string {
	if r.isFunction(name) || r.naming[name] {
		return name
	}
	r.naming[name] = true // a name may be made of others, and must not be of itself
	defer delete(r.naming, name)
	properties := r.propertiesOf(name)
	for _, property := range []string{"TableName", "BucketName", "QueueName", "TopicName", "StateMachineName", "LogGroupName", "RoleName", "Name"} {
		value, problems := r.resolver.Resolve(properties[property])
		if text, ok := value.(string); ok && len(problems) == 0 {
			return text
		}
	}
	return name
}

// standIn notes once for each resource that it is not made here.
func (r *reader) standIn(name string) {
	kind := fmt.Sprint(r.resources[name]["Type"])
	needless := strings.HasPrefix(kind, "AWS::IAM::") || kind == "AWS::Serverless::Api" || kind == "AWS::Serverless::HttpApi"
	if !needless && !r.standIns[name] {
		r.standIns[name] = true
		r.ignore([]string{"Resources", name}, "%s is not made here: %s is only its name", kind, r.physicalName(name))
	}
}
