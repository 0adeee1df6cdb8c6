// The notes API, what its answers mean, and a record of each for the drawer.

import { Ended } from "./auth.js";
import { bytes } from "./text.js";

// What the list reads of each note: a page of them is below 64 KB.
const query = { limit: 100, excerpt: 400 };

// A Refused error is any answer but the one that was asked for, its message for
// the reader; again says whether repeating the request may help.
export class Refused extends Error {
  constructor(status, body) {
    const { text, again = false } = wordsOf(status, body);
    super(text);
    Object.assign(this, { status, again });
  }
}

// A note is {noteid, note, part, size, version, createdAt, updatedAt, etag}: part
// says that note is only the beginning of a text of that size in bytes.
export class API {
  #session;
  #base;
  #observe;

  // observe is told of each exchange: {start, method, path, status, layer}.
  constructor(session, base, observe) {
    this.#session = session;
    this.#base = base.replace(/\/$/, "");
    this.#observe = observe;
  }

  // list returns a page of beginnings, and where the next page is.
  async list(next) {
    const { notes, next: more } = await this.#call("GET", `/notes?${new URLSearchParams(next ? { ...query, next } : query)}`);
    return {
      notes: notes.map(({ excerpt, ...note }) => ({ ...note, note: excerpt, part: bytes(excerpt) < note.size })),
      next: more,
    };
  }

  get = async (id) => whole(await this.#call("GET", at(id)));

  // create returns the note as it is kept; the same one again is no error.
  create = async ({ noteid, note }) => whole({ noteid, note, ...await this.#call("POST", "/notes", { body: { noteid, note } }) });

  // update gives the note this text only if it is still as it was read, else 412.
  update = async ({ noteid, ...read }, note) => whole({ noteid, note, ...await this.#call("PUT", at(noteid), { tag: tagOf(read), body: { note } }) });

  // remove deletes the note under the same condition.
  remove = (read) => this.#call("DELETE", at(read.noteid), { tag: tagOf(read) });

  // call repeats once, with another token, what the gate refused: the token may
  // have ended early, or its key was withdrawn.
  async #call(method, path, sent = {}) {
    let answer = await this.#send(method, path, sent);
    if (answer.status === 401) answer = await this.#send(method, path, sent, answer.token);
    const { status, ok, body } = answer;
    if (status === 401) {
      this.#session.forget();
      throw new Ended("The gate refused your token, and also the new one that the login gave for it. Please sign in again.");
    }
    if (!ok || !body) throw new Refused(status, body);
    return body;
  }

  async #send(method, path, { tag, body: sent }, refused) {
    const start = performance.now();
    let token, response, body;
    try {
      token = await this.#session.token(refused);
      const headers = { Authorization: `Bearer ${token}` };
      if (tag) headers["If-Match"] = tag;
      const cache = tag && "force-cache"; // a condition turns caches off, preflights too
      if (sent) headers["Content-Type"] = "application/json";
      response = await fetch(this.#base + path, {
        method, headers, cache, body: sent && JSON.stringify(sent), signal: AbortSignal.timeout(30_000),
      });
      body = await response.json();
    } catch (error) {
      if (error instanceof Ended) throw error;
      response ??= { status: 0 };
    }
    const { status, ok } = response;
    this.#observe({ start, method, path: path.split("?")[0], status, layer: layerOf(status, body) });
    return { status, ok, body, token };
  }
}

const whole = ({ message, ...note }) => ({ ...note, part: false, size: bytes(note.note) });

// tagOf is never empty: no note is changed whatever it is now.
const tagOf = ({ etag, version }) => etag ?? `"${version}"`;

const at = (id) => `/notes/${encodeURIComponent(id)}`;

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
function layerOf(status, body) {
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
function wordsOf(status, body) {
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
