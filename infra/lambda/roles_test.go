package lambda_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	runtime "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// This test binary is the function too, if its environment says so.
func TestMain(m *testing.M) {
	switch os.Getenv("ROLE") {
	case "function":
		runtime.Start(handle)
	case "rude":
		beRude()
	case "mute":
		beMute()
	case "garbled":
		_, id := next()
		answer(id, "no {JSON")
		next()
	case "broken":
		fmt.Println("no module named x")
		post("init/error", `{"errorType":"Runtime.ImportModuleError","errorMessage":"No module named 'x'"}`)
		os.Exit(1)
	case "dying":
		fmt.Println("no pool in\x1b[2J the environment")
		os.Exit(2)
	case "dreaming":
		<-make(chan int)
	case "":
		os.Exit(m.Run())
	}
}

type event map[string]string

func handle(ctx context.Context, in event) (any, error) {
	if in["do"] != "nothing" {
		fmt.Println("asked to", in["do"])
	}
	switch in["do"] {
	case "fail":
		return nil, errors.New("no")
	case "exit":
		os.Exit(len(in["code"]))
	case "hang":
		<-make(chan int)
	case "flood":
		return event{"text": strings.Repeat("x", 7<<20)}, nil
	case "write":
		fmt.Println(strings.Repeat("long ", 10_000))
		return nil, nil
	case "nothing":
		return nil, nil
	case "pid":
		return os.Getpid(), nil
	case "child":
		child := exec.Command("sleep", "1000")
		err := child.Start()
		return child.Process.Pid, err
	case "get":
		resp, err := http.Get(in["url"])
		if err != nil {
			return nil, err
		}
		return resp.StatusCode, resp.Body.Close()
	case "tell":
		return told(ctx), nil
	}
	deadline, _ := ctx.Deadline()
	return event{"region": os.Getenv("AWS_REGION"), "home": os.Getenv("HOME"), "late": fmt.Sprint(time.Until(deadline) > time.Hour)}, nil
}

// told is what the function knows about itself and the call.
func told(ctx context.Context) event {
	out := event{}
	for _, name := range []string{
		"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
		"AWS_LAMBDA_LOG_GROUP_NAME", "AWS_EXECUTION_ENV", "LAMBDA_TASK_ROOT", "_HANDLER", "TZ", "TABLE", "HOME", "_X_AMZN_TRACE_ID",
	} {
		out[name] = os.Getenv(name)
	}
	lc, _ := lambdacontext.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	out["id"], out["arn"] = lc.AwsRequestID, lc.InvokedFunctionArn
	left := time.Until(deadline)
	out["left"] = fmt.Sprint(left > time.Minute && left <= 2*time.Minute)
	return out
}

// beRude answers as no function should, and prints what it is told.
func beRude() {
	show := func(id, text string) { fmt.Println(text, answer(id, text)) }
	show("early", "early")
	_, id := next()
	show("stranger", "stranger")
	show(id, "right")
	show(id, "again")
}

// beMute asks for the next event without an answer to the last one, and then
// does nothing.
func beMute() {
	next()
	status, _ := next()
	fmt.Println("status", status)
	<-make(chan int)
}

func root() string { return "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/" }

func next() (status int, id string) {
	resp, err := http.Get(root() + "invocation/next")
	if err != nil {
		os.Exit(0) // the service is gone
	}
	defer resp.Body.Close()
	return resp.StatusCode, resp.Header.Get("Lambda-Runtime-Aws-Request-Id")
}

func answer(id, text string) (status int) {
	status, _ = post("invocation/"+id+"/response", text)
	return status
}

func post(path, text string) (status int, body string) {
	resp, err := http.Post(root()+path, "application/json", strings.NewReader(text))
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(answer)
}
