// Before anything is painted: who is signed in sees no welcome, and who left text
// unsaved sees that it is kept.
const { classList } = document.documentElement;
const signingIn = sessionStorage.getItem("notegate.signed-in") || location.hash === "#sign-in" || /[?&](code|error)=/.test(location.search);
classList.toggle("waiting", Boolean(signingIn));
classList.toggle("kept", Object.keys(localStorage).some((key) => key.startsWith("notegate.draft/")));
