// Two texts of one note: what was written here, and what somebody saved in the
// meantime.

import { busy, h, keys, when } from "./dom.js";

// conflict returns the form. keepMine gets the text as it is then; theirs is
// null if the note was deleted.
export function conflict({ id, mine, theirs, keepMine, takeTheirs }) {
  const text = h("textarea", { "aria-label": `Your text of ${id}`, dir: "auto", rows: 6, required: true });
  text.value = mine;
  const form = h("form", { class: "note conflict", "aria-label": `Two texts of ${id}`, onsubmit: (event) => {
    event.preventDefault();
    busy(form, () => keepMine(text.value));
  } },
  h("h2", { dir: "auto" }, id),
  h("p", { class: "lost", role: "alert" }, theirs
    ? "Your change lost a race: this note was saved elsewhere after you opened it. Nothing is overwritten."
    : "This note was deleted elsewhere after you opened it."),
  h("div", { class: "texts" },
    h("div", {}, h("h3", {}, "Yours, not saved"), text),
    h("div", {}, ...(theirs
      ? [h("h3", {}, `Saved ${theirs.version > 1 ? `as version ${theirs.version}` : "before"}, `, when(theirs.updatedAt)), h("p", { class: "text", dir: "auto" }, theirs.note)]
      : [h("h3", {}, "Saved"), h("p", { class: "text none" }, "Nothing: it is gone.")]))),
  h("footer", {},
    h("span", {}),
    h("button", { type: "button", onclick: takeTheirs }, theirs ? "Take the saved one" : "Let it go"),
    h("button", { class: "primary" }, theirs ? "Save mine over it" : "Keep mine as new")));
  keys(form);
  return form;
}
