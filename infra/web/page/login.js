// The way to Cognito's managed login (RFC 7636), in a file of its own: a reload
// takes it before the rest of the page is there.

export const PENDING = "notegate.pending"; // {verifier, state, nonce} of the login under way
export const SIGNED_IN = "notegate.signed-in"; // a reload goes to the login by itself

// config is {login, clientId, api, local}. Nothing that a browser stores says where
// the login is.
export const config = fetch("config.json").then((answer) => answer.json());

export const here = new URL("./", location.href).href; // which the login knows

let pending; // as in sessionStorage: asking twice is asking the same

// leave goes to the login; the browser's way back is not through it. No reload goes
// there again before somebody is signed in.
export async function leave() {
  const { login, clientId } = await config;
  pending ??= { verifier: random(), state: random(), nonce: random() };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(pending.verifier));
  sessionStorage.removeItem(SIGNED_IN);
  location.replace(at({ login }, "/oauth2/authorize", {
    response_type: "code",
    client_id: clientId,
    redirect_uri: here,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge_method: "S256",
    code_challenge: base64url(new Uint8Array(digest)),
  }));
}

export function at({ login }, path, query = {}) {
  const url = new URL(path, login);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
