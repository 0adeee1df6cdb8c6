"""Runs a Lambda handler of Python, where awslambdaric is not installed: it asks
the Runtime API for events and calls the handler that _HANDLER names."""

import http.client
import importlib
import json
import os
import sys
import time
import traceback

connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])


def api(method, where, body=None):
    connection.request(method, "/2018-06-01/runtime/" + where, body)
    response = connection.getresponse()
    return response.headers, response.read()


def error_of(e):
    return {"errorMessage": str(e), "errorType": type(e).__name__, "stackTrace": traceback.format_tb(e.__traceback__)}


def load():
    name, _, function = os.environ["_HANDLER"].rpartition(".")
    sys.path.insert(0, os.environ.get("LAMBDA_TASK_ROOT", os.getcwd()))
    try:
        module = importlib.import_module(name.replace("/", "."))
    except ImportError as e:
        return None, {"errorType": "Runtime.ImportModuleError", "errorMessage": f"Unable to import module '{name}': {e}"}
    except SyntaxError as e:
        return None, {"errorType": "Runtime.UserCodeSyntaxError", "errorMessage": f"Syntax error in module '{name}': {e}"}
    except Exception as e:
        return None, error_of(e)
    if not hasattr(module, function):
        return None, {"errorType": "Runtime.HandlerNotFound", "errorMessage": f"Handler '{function}' missing on module '{name}'"}
    return getattr(module, function), None


class Context:
    function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
    function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
    memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
    log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
    log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
    identity = client_context = None

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self.deadline - int(time.time() * 1000))


def answer(handler, headers, event):
    os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id", "")
    try:
        return "response", json.dumps(handler(json.loads(event), Context(headers)))
    except Exception as e:
        traceback.print_exc()
        return "error", json.dumps(error_of(e))


handler, failed = load()
if failed:
    print(failed["errorMessage"], file=sys.stderr)
    api("POST", "init/error", json.dumps(failed))
    sys.exit(1)
while True:
    headers, event = api("GET", "invocation/next")
    kind, body = answer(handler, headers, event)
    api("POST", f"invocation/{headers['Lambda-Runtime-Aws-Request-Id']}/{kind}", body)
