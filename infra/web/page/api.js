// The notes API, and a record of each answer for the drawer.

import { Ended } from "./auth.js";
import { layerOf, wordsOf } from "./words.js";

// A Refused error is any answer but the one that was asked for. Its message is
// for the reader; again says whether repeating the request may help.
export class Refused extends Error {
  constructor(status, layer, { text, again = false }) {
    super(text);
    Object.assign(this, { status, layer, again });
  }
}

export class API {
  #session;
  #base;
  #observe;

  // observe is told of each exchange: {at, method, path, status, layer, ms}.
  constructor(session, base, observe) {
    this.#session = session;
    this.#base = base.replace(/\/$/, "");
    this.#observe = observe;
  }

  async list(next) {
    const query = new URLSearchParams({ limit: 20 });
    if (next) query.set("next", next);
    return (await this.#call("GET", `/notes?${query}`)).body;
  }

  get = async (id) => (await this.#call("GET", at(id))).body;

  // create returns the note as it is kept; the same one again is no error.
  async create(noteid, note) {
    await this.#call("POST", "/notes", { body: { noteid, note } });
    return this.get(noteid);
  }

  // update gives the note this text only if it is still as it was read, else 412.
  async update(read, note) {
    await this.#call("PUT", at(read.noteid), { tag: tagOf(read), body: { note } });
    return this.get(read.noteid);
  }

  // remove deletes the note under the same condition.
  remove = (read) => this.#call("DELETE", at(read.noteid), { tag: tagOf(read) });

  async #call(method, path, { tag, body } = {}) {
    const start = performance.now();
    const shown = { at: new Date().toISOString(), method, path: path.split("?")[0] };
    let response, answer;
    try {
      const headers = { Authorization: `Bearer ${await this.#session.token()}` };
      if (tag) headers["If-Match"] = tag;
      if (body) headers["Content-Type"] = "application/json";
      response = await fetch(this.#base + path, {
        method, headers, body: body && JSON.stringify(body), cache: "no-store", signal: AbortSignal.timeout(30_000),
      });
      answer = await response.json();
    } catch (error) {
      if (error instanceof Ended) throw error;
      response ??= { status: 0 };
    }
    const { status } = response;
    const layer = layerOf(status, answer);
    this.#observe({ ...shown, status, layer, ms: Math.round(performance.now() - start) });
    if (status === 401) {
      this.#session.forget();
      throw new Ended("The gate no longer accepts your sign-in: it was revoked, or the key that signed it was withdrawn. Please sign in again.");
    }
    if (!response.ok || !answer) throw new Refused(status, layer, wordsOf(status, answer));
    return { body: answer };
  }
}

// tagOf is never empty: a note that comes without a tag, as in the draft of an
// older page, must not be changed whatever it is now.
const tagOf = ({ etag, version }) => etag ?? `"${version}"`;

const at = (id) => `/notes/${encodeURIComponent(id)}`;
