// Runs a Lambda handler of Node.js, where aws-lambda-ric is not installed: it
// asks the Runtime API for events and calls the handler that _HANDLER names.
import { existsSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";

const env = process.env;
const agent = new http.Agent({ keepAlive: true });

function api(method, where, body) {
  const [hostname, port] = env.AWS_LAMBDA_RUNTIME_API.split(":");
  return new Promise((resolve) => {
    const request = http.request({ agent, hostname, port, method, path: `/2018-06-01/runtime/${where}` }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts).toString() }));
    });
    request.on("error", () => process.exit(1)); // nobody is there any more to run for, or to tell
    request.end(body);
  });
}

const errorOf = (e) =>
  e instanceof Error ? { errorType: e.name, errorMessage: e.message, trace: (e.stack ?? "").split("\n") } : { errorType: typeof e, errorMessage: String(e), trace: [] };

async function load() {
  const folder = env.LAMBDA_TASK_ROOT ?? process.cwd();
  const [, name, member] = /^((?:.*\/)?[^./]+)\.(.+)$/.exec(env._HANDLER) ?? [];
  const file = name && [".js", ".mjs", ".cjs"].map((ext) => path.resolve(folder, name + ext)).find((file) => existsSync(file));
  if (!file) {
    throw { errorType: "Runtime.ImportModuleError", errorMessage: `Error: Cannot find module '${name ?? env._HANDLER}' in ${folder}` };
  }
  let module;
  try {
    module = await import(pathToFileURL(file));
  } catch (e) {
    const kind = { ERR_MODULE_NOT_FOUND: "ImportModuleError", MODULE_NOT_FOUND: "ImportModuleError" }[e?.code] ?? (e instanceof SyntaxError && "UserCodeSyntaxError");
    throw kind ? { errorType: `Runtime.${kind}`, errorMessage: String(e) } : errorOf(e);
  }
  const find = (from) => member.split(".").reduce((at, part) => at?.[part], from);
  const handler = find(module) ?? find(module.default);
  if (typeof handler !== "function") {
    throw { errorType: "Runtime.HandlerNotFound", errorMessage: `${env._HANDLER} is undefined or not exported` };
  }
  return handler;
}

// idle is what to do when nothing is left to wait for: a handler that never
// calls back has answered null.
let idle = () => {};
process.on("beforeExit", () => idle());

function call(handler, event, headers) {
  return new Promise((resolve, reject) => {
    idle = () => resolve(null);
    const callback = (e, value) => (e ? reject(e) : resolve(value));
    const context = {
      awsRequestId: headers["lambda-runtime-aws-request-id"],
      invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
      functionName: env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
      memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, headers["lambda-runtime-deadline-ms"] - Date.now()),
      done: callback,
      fail: reject,
      succeed: resolve,
    };
    const result = handler(event, context, callback);
    if (typeof result?.then === "function") {
      result.then(resolve, reject);
    }
  });
}

let id; // of the event at hand

async function die(e) {
  console.error(e?.stack ?? e);
  await api("POST", id ? `invocation/${id}/error` : "init/error", JSON.stringify(e?.errorType ? e : errorOf(e)));
  process.exit(id ? 129 : 1);
}

process.on("uncaughtException", die);
process.on("unhandledRejection", die);

const handler = await load().catch(die);
for (;;) {
  const next = await api("GET", "invocation/next");
  id = next.headers["lambda-runtime-aws-request-id"];
  env._X_AMZN_TRACE_ID = next.headers["lambda-runtime-trace-id"] ?? "";
  try {
    const result = await call(handler, JSON.parse(next.body), next.headers);
    await api("POST", `invocation/${id}/response`, JSON.stringify(result) ?? "null");
  } catch (e) {
    console.error("ERROR", e?.stack ?? e);
    await api("POST", `invocation/${id}/error`, JSON.stringify(errorOf(e)));
  }
  id = undefined;
}
