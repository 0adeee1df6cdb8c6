// Before anything is painted: who is signed in sees no welcome and is on the way to
// the login, and who left text unsaved sees that it is kept.
const { classList } = document.documentElement;
const login = sessionStorage.getItem("notegate.signed-in");
const asked = location.hash === "#sign-in" || /[?&](code|error)=/.test(location.search); // main.js goes on with it
classList.toggle("waiting", asked || login !== null);
classList.toggle("kept", Object.keys(localStorage).some((key) => key.startsWith("notegate.draft/")));
if (login && !asked) {
  sessionStorage.removeItem("notegate.signed-in"); // Back from the form shows the welcome
  import("./login.js").then(({ leave }) => leave(JSON.parse(login)));
}
