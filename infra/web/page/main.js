// The page: who is signed in decides what it shows.

import { API, Refused } from "./api.js";
import { Ended, Session } from "./auth.js";
import { byId, h } from "./dom.js";
import { clearDrafts, keepsDrafts } from "./drafts.js";
import { Drawer } from "./drawer.js";
import { config, leave } from "./login.js";
import { Notes } from "./notes.js";
import { Notices } from "./notices.js";

const [main, nav, welcome] = [byId("main"), byId("nav"), byId("welcome")];
const { classList, dataset } = document.documentElement;
const drawer = new Drawer(byId("drawer"));
const notices = new Notices(byId("notice"), byId("toast"), main);

let session;
let notes;

await start();

async function start() {
  byId("clear").addEventListener("click", () => {
    clearDrafts();
    classList.remove("kept");
    notices.toast(["Cleared."]);
    byId("sign-in").focus();
  });
  let settings;
  try {
    settings = await config;
  } catch {
    return showWelcome("The page’s config.json cannot be read. Reload the page to try again.");
  }
  const observe = (exchange) => drawer.record(exchange, session.claims);
  session = new Session(settings, { observe, left: () => end("You signed out in another window.") });
  notes = new Notes(new API(session, settings.api, observe), { attempt, ...notices });
  if (settings.local) import("./_local/switches.js").then(({ switches }) => drawer.add(switches(h)));
  // A click that came before followed the link, which resume finds.
  byId("sign-in").addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  addEventListener("hashchange", () => location.hash === "#sign-in" && !session.claims && leave());
  if (session.left()) notices.toast(["You are signed out."]);
  try {
    if (await session.resume()) await showNotes();
  } catch (error) {
    showWelcome(error instanceof Ended ? error.message : "The login does not answer. Please sign in again in a moment.");
  }
  dataset.ready = "yes";
}

async function showNotes() {
  classList.remove("waiting");
  nav.replaceChildren(
    h("span", { class: "who", title: "Signed in" }, session.email ?? session.claims.username),
    drawer.button,
    h("button", { id: "sign-out", onclick: () => session.signOut() }, "Sign out"));
  await notes.open(main, session.claims.sub);
}

// end keeps what is being written. The drawer stays as it is: how it came to this
// is what it has to show.
function end(reason) {
  notes.close();
  notices.forget();
  showWelcome(reason);
}

function showWelcome(reason) {
  classList.remove("waiting");
  classList.toggle("kept", keepsDrafts());
  nav.replaceChildren(...(drawer.used ? [drawer.button] : []));
  main.replaceChildren(welcome);
  notices.notice(reason);
  if (!drawer.holdsFocus) byId("sign-in").focus();
}

// attempt does what the reader asked for and returns whether it is done. If it
// cannot be, it says so, of which note, and offers again where that may help.
async function attempt(work, { about, again }) {
  notices.notice();
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof Ended) {
      end(error.message);
    } else if (error instanceof Refused) {
      notices.notice(error.message, { about, again: error.again && again });
    } else {
      throw error;
    }
    return false;
  }
}
