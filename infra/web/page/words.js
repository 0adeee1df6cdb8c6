// What answers mean: who gave them, and what to tell the reader.

// Who can answer, in the order in which a request meets them.
export const layers = {
  network: "The request got no answer, or none that the browser lets the page see.",
  login: "The login renewed your token, or refused to: the API was not asked.",
  gateway: "API Gateway has no such route.",
  authorizer: "The gate’s Lambda authorizer refused the token, or could not decide.",
  policy: "The token is good, but the gate’s policy does not open this route.",
  validator: "API Gateway checked the request against the API’s model.",
  function: "The gate let the request pass: what became of it is up to the notes function.",
};

// layerOf tells who answered, by the marks that each leaves on its answers.
export function layerOf(status, body) {
  switch (true) {
    case !status: return "network";
    case status === 401: return "authorizer";
    case status === 403: return body && "Message" in body ? "policy" : "gateway";
    case status === 500 && body?.message === null: return "authorizer";
    case status === 400 && /^(Invalid request body|Missing required request parameters)/.test(body?.message): return "validator";
  }
  return "function";
}

// wordsOf is what to tell of an answer that is not the one asked for.
export function wordsOf(status, body) {
  switch (status) {
    case 0: return { text: "You seem to be offline: the API does not answer.", again: true };
    case 403: return { text: "You are signed in, but not allowed to do this: your token opens other doors than this one." };
    case 404: return { text: "There is no such note any more." };
    case 409: return { text: "You have a note of that name already, with another text." };
    case 413: return { text: "This note is too long: the limit is 300 KB." };
    case 412: return { text: "Somebody changed this note in the meantime." };
    case 429: return { text: "Too many requests for the moment. Try again in a few seconds.", again: true };
  }
  if (status >= 500) return { text: "Something failed on the other side. Try again in a moment.", again: true };
  return { text: body?.message ?? "The API did not take this." };
}
