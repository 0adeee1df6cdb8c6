// The page: who is signed in decides what it shows.

import { API, Refused } from "./api.js";
import { Ended, Session } from "./auth.js";
import { busy, byId, h } from "./dom.js";
import { Drawer } from "./drawer.js";
import { Notes } from "./notes.js";

const [main, nav, welcome] = [byId("main"), byId("nav"), byId("welcome")];
const drawer = new Drawer(byId("drawer"));

let session;
let notes;

await start();

async function start() {
  // A click that comes before the configuration follows the link, which resume finds.
  byId("sign-in").addEventListener("click", (event) => {
    if (!session) return;
    event.preventDefault();
    session.signIn();
  });
  addEventListener("hashchange", () => location.hash === "#sign-in" && !session?.claims && session?.signIn());
  let config;
  try {
    config = await (await fetch("config.json")).json();
  } catch {
    return notice("The page’s config.json cannot be read.");
  }
  session = new Session(config);
  const api = new API(session, config.api, (exchange) => drawer.record(exchange, session.claims));
  notes = new Notes(api, { attempt, toast });
  if (session.underway) {
    main.replaceChildren(h("p", { class: "wait" }, "Signing you in…"));
    try {
      if (await session.resume()) await showNotes();
    } catch (error) {
      showWelcome(error instanceof Ended ? error.message : "The login does not answer. Please sign in again in a moment.");
    }
  }
  document.documentElement.dataset.ready = "yes";
}

async function showNotes() {
  nav.replaceChildren(
    h("span", { class: "who", title: "Signed in" }, session.email ?? session.claims.username),
    drawer.button,
    h("button", { id: "sign-out", onclick: () => session.signOut() }, "Sign out"));
  await notes.open(main, session.claims.sub);
}

function showWelcome(reason) {
  drawer.close();
  nav.replaceChildren();
  toast();
  main.replaceChildren(welcome);
  notice(reason);
  byId("sign-in").focus();
}

// attempt does what the reader asked for and returns whether it is done. If it
// cannot be, it says so, and offers to try again where that may help.
async function attempt(work) {
  notice();
  const sub = session.claims?.sub;
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof Ended) {
      notes.keepDraft(sub);
      showWelcome(error.message);
    } else if (error instanceof Refused) {
      notice(error.message, error.again && (() => attempt(work)));
    } else {
      throw error;
    }
    return false;
  }
}

function notice(text, again) {
  fill(byId("notice"), text ? [h("p", {}, text), again ? h("button", { onclick: again }, "Try again") : ""] : []);
}

// toast stays until act is done, or it is closed or replaced: nobody has to be
// quick, and what cannot be done now can be later.
function toast(text, label, act) {
  const element = byId("toast");
  if (!text) return fill(element, []);
  const button = h("button", { onclick: () => busy(element, act) }, label);
  fill(element, [h("p", {}, text), button, h("button", { class: "close", "aria-label": "Close", onclick: () => toast() }, "×")]);
  button.focus();
}

// fill keeps the keyboard's focus from getting lost with what it was on.
function fill(element, children) {
  const focused = element.contains(document.activeElement);
  element.replaceChildren(...children);
  if (focused) main.focus({ preventScroll: true });
}
