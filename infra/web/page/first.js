// Before anything is painted: who is signed in sees no welcome and is on the way to
// the login, and who left text unsaved sees that it is kept.
const { classList, dataset } = document.documentElement;

// A module that does not come or is of another version, or blocked storage.
addEventListener("error", ({ target }) => {
  if (dataset.ready || target.tagName === "LINK") return;
  classList.remove("waiting");
  document.getElementById("notice")?.replaceChildren("The page could not start. Reload it. If that does not help, allow its cookies and site data.");
}, true);

const signedIn = sessionStorage.getItem("notegate.signed-in") !== null;
const asked = location.hash === "#sign-in" || /[?&](code|error)=/.test(location.search); // main.js goes on with it
classList.toggle("waiting", asked || signedIn);
classList.toggle("kept", Object.keys(localStorage).some((key) => key.startsWith("notegate.draft/")));
if (signedIn && !asked) import("./login.js").then(({ leave }) => leave()).catch(() => classList.remove("waiting"));
