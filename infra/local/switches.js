// The local stack's switches, for the page's drawer: press one, and see in the
// requests what a user would. Only the local stack serves this file.

const all = [
  ["Rotate the keys", "rotate", "A user notices nothing: the old keys are still published."],
  ["Withdraw the old keys", "rotate?revoke=true", "A token of an old key is refused with 401 once the cached policy and key set are renewed, which “61 minutes later” does. The page then asks the login for another token."],
  ["61 minutes later", "clock?forward=61m", "The next request is refused with 401: its token has expired. The page renews it and asks again."],
  ["Cut the table off", "trouble?table=unreachable", "Every request is answered 503 by the notes function."],
  ["Throttle the table", "trouble?table=throttled", "Every request is answered 429 by the notes function."],
  ["Break the key set", "trouble?keys=failing", "A user notices nothing for 24 h: the last good set serves. After a rotation, a token of a new key is answered 500."],
  ["Stop the authorizer", "trouble?authorizer=timeout", "Requests are answered 500 after 10 s, except while the gateway's cached policy holds for 5 minutes."],
  ["Mend everything", "trouble?table=none&keys=none&authorizer=none", "Everything works again. The clock stays where it is."],
];

// switches returns the section. h is the page's own way to make elements.
export function switches(h) {
  const said = h("p", { class: "layer", role: "status" });
  const press = async (path, seen) => {
    try {
      const response = await fetch(`./_local/${path}`, { method: "POST" });
      said.textContent = response.ok ? seen : await response.text();
    } catch {
      said.textContent = "The local stack does not answer.";
    }
  };
  return h("section", { "aria-labelledby": "switches-title" },
    h("h3", { id: "switches-title" }, "Break something, on this machine"),
    ...all.map(([name, path, seen]) => h("button", { onclick: () => press(path, seen) }, name)),
    said);
}
