// Signing in at Cognito's managed login: authorization code grant with PKCE (RFC
// 7636). Tokens are kept only in memory.

import { at, here, leave, PENDING, SIGNED_IN } from "./login.js";

const LEFT = "notegate.left"; // on the way through the login's sign-out

const EARLY = 60_000; // ms before its end in which a token is renewed

// An Ended error says why the user is signed out, in words for the page.
export class Ended extends Error {}

export class Session {
  #config;
  #tokens = null; // the login's answer, with {endsAt, claims, email}
  #renewal = null;
  #windows = new BroadcastChannel("notegate");
  #observe;

  // observe is told of each renewal, as the API's exchanges are; left is called
  // when the user signed out in another window.
  constructor(config, { observe, left }) {
    this.#config = config;
    this.#observe = observe;
    this.#windows.onmessage = async () => this.#tokens && (left(), await this.#revoke());
  }

  // resume goes on with a sign-in that is under way: it takes the login's answer and
  // returns true, or leaves for the login. It throws Ended if the answer is no code
  // of ours. Who goes back to the login's form and sends it again has an old answer:
  // the page drops it and asks anew.
  async resume() {
    const answer = new URLSearchParams(location.search);
    if (answer.has("code") || answer.has("error")) {
      const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? "null");
      history.replaceState(null, "", here);
      sessionStorage.removeItem(PENDING);
      const ours = pending && answer.get("state") === pending.state;
      if (ours || !sessionStorage.getItem(SIGNED_IN)) {
        await this.#complete(answer, ours ? pending : null);
        return true;
      }
    } else if (location.hash !== "#sign-in") {
      return false;
    }
    await leave();
    return false;
  }

  // signOut ends the refresh token and the login's own session, in all windows.
  async signOut() {
    this.#windows.postMessage("signed out");
    await this.#revoke();
    sessionStorage.setItem(LEFT, "yes");
    location.replace(at(this.#config, "/logout", { client_id: this.#config.clientId, logout_uri: here }));
  }

  // left tells once whether the user has just signed out.
  left() {
    const left = sessionStorage.getItem(LEFT) !== null;
    sessionStorage.removeItem(LEFT);
    return left;
  }

  async #revoke() {
    const refresh = this.#tokens?.refresh_token;
    this.forget();
    if (refresh) await this.#post("/oauth2/revoke", { token: refresh }).catch(() => {}); // the sign-out holds without it
  }

  forget() {
    this.#tokens = null;
    sessionStorage.removeItem(SIGNED_IN);
  }

  get email() {
    return this.#tokens?.email;
  }

  get claims() {
    return this.#tokens?.claims;
  }

  // token returns an access token that is good for a while, and not the one that
  // was refused. It throws Ended if there is none, and another error if the login
  // does not answer.
  async token(refused) {
    if (this.#tokens && (this.#tokens.access_token === refused || Date.now() > this.#tokens.endsAt - EARLY)) {
      this.#renewal ??= this.#renew().finally(() => (this.#renewal = null));
      await this.#renewal;
    }
    if (!this.#tokens) throw new Ended("You are signed out.");
    return this.#tokens.access_token;
  }

  async #complete(query, pending) {
    if (!pending) {
      throw new Ended("That answer of the login was not meant for this page. Please sign in again.");
    }
    if (query.has("error")) {
      throw new Ended(`The login refused: ${query.get("error_description") || query.get("error")}`);
    }
    const answer = await this.#grant({
      grant_type: "authorization_code",
      code: query.get("code"),
      redirect_uri: here,
      code_verifier: pending.verifier,
    });
    if (!answer) throw new Ended("The login’s code was not accepted: it is old or was used before. Please sign in again.");
    const id = answer.id_token && payload(answer.id_token);
    if (id && (id.nonce !== pending.nonce || id.aud !== this.#config.clientId || id.token_use !== "id")) {
      throw new Ended("The login answered with somebody else’s identity. Please sign in again.");
    }
    this.#tokens = { ...answer, email: id?.email };
    sessionStorage.setItem(SIGNED_IN, "yes");
  }

  async #renew() {
    const before = this.#tokens;
    const start = performance.now();
    const answer = await this.#grant({ grant_type: "refresh_token", refresh_token: before.refresh_token });
    this.#observe({ start, method: "POST", path: "/oauth2/token", status: answer ? 200 : 400, layer: "login" });
    if (this.#tokens !== before) return; // signed out meanwhile
    if (!answer) {
      this.forget();
      throw new Ended("Your sign-in has ended. The login no longer renews it: please sign in again.");
    }
    this.#tokens = { ...before, ...answer };
  }

  // grant returns null if the login refuses, and throws if it does not answer or is
  // too busy to.
  async #grant(form) {
    const asked = Date.now();
    const response = await this.#post("/oauth2/token", form);
    if (response.status === 429 || response.status >= 500) throw new Error("the login failed");
    if (!response.ok) return null;
    const answer = await response.json();
    // By this machine's clock, which need not be the login's.
    return { ...answer, claims: payload(answer.access_token), endsAt: asked + answer.expires_in * 1000 };
  }

  #post(path, form) {
    const body = new URLSearchParams({ client_id: this.#config.clientId, ...form });
    return fetch(at(this.#config, path), { method: "POST", body, keepalive: true, signal: AbortSignal.timeout(10_000) });
  }
}

// payload reads a token's claims, which only the gate must verify.
function payload(token) {
  const binary = atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"));
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0))));
}
