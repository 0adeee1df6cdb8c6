package lambda

import (
	"encoding/json"
	"fmt"
)

// A Failure is what Lambda's Invoke returns with the header
// X-Amz-Function-Error: Unhandled.
type Failure struct {
	Type    string // errorType
	Message string // errorMessage

	payload string // as the function posted it; empty: made of the two
}

// Error returns only the errorMessage, which API Gateway compares with
// "Unauthorized".
func (f *Failure) Error() string { return f.Message }

// Payload returns the JSON {"errorMessage","errorType",...}, as the function
// posted it if it did.
func (f *Failure) Payload() []byte {
	if f.payload != "" {
		return []byte(f.payload)
	}
	text, _ := json.Marshal(struct { // two strings
		Message string `json:"errorMessage"`
		Type    string `json:"errorType"`
	}{f.Message, f.Type})
	return text
}

// failureOf reads what a function posted as its error. Other texts have no type
// and no message.
func failureOf(payload string) *Failure {
	var in struct {
		Message any `json:"errorMessage"`
		Type    any `json:"errorType"`
	}
	json.Unmarshal([]byte(payload), &in)
	f := &Failure{payload: payload}
	f.Message, _ = in.Message.(string)
	f.Type, _ = in.Type.(string)
	return f
}

// The failures that Lambda itself reports.
// https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
var oversized = Failure{Type: "Function.ResponseSizeTooLarge",
	Message: fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", maxAnswer)}

const typeTimeout = "Sandbox.Timedout"

func timedOut(i *invocation) *Failure {
	return &Failure{Type: typeTimeout, Message: fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", i.id, i.timeout.Seconds())}
}

// exited is the failure of a process that ended before it answered. Lambda names
// no reason for exit code zero.
func exited(i *invocation, how string) *Failure {
	why := "Runtime exited with error: " + how
	if how == "exit status 0" {
		why = "Runtime exited without providing a reason"
	}
	return &Failure{Type: "Runtime.ExitError", Message: fmt.Sprintf("RequestId: %s Error: %s", i.id, why)}
}

// noEntrypoint is the failure of a command that could not be started.
func noEntrypoint(i *invocation, err error) *Failure {
	return &Failure{Type: "Runtime.InvalidEntrypoint", Message: fmt.Sprintf("RequestId: %s Error: %v", i.id, err)}
}
