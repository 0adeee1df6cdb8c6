// Two texts of one note: what was written here, and what somebody saved in the
// meantime.

import { h, keys, when } from "./dom.js";

// conflict returns the form. mine is the field with the text that was written
// here; theirs is null if the note was deleted.
export function conflict({ id, mine, theirs, keepMine, takeTheirs }) {
  mine.setAttribute("aria-label", `Your text of ${id}`);
  const form = h("form", { class: "note conflict", "aria-label": `Two texts of ${id}`, onsubmit: (event) => {
    event.preventDefault();
    keepMine(form);
  } },
  h("h2", { dir: "auto" }, id),
  h("p", { class: "lost", role: "alert" }, theirs
    ? "Your change lost a race: this note was saved elsewhere after you opened it. Nothing is overwritten."
    : "This note was deleted elsewhere after you opened it."),
  h("div", { class: "texts" },
    h("div", {}, h("h3", {}, "Yours, not saved"), mine),
    h("div", {}, ...(theirs
      ? [h("h3", {}, `Saved ${theirs.version > 1 ? `as version ${theirs.version}` : "before"}, `, when(theirs.updatedAt)),
        h("p", { class: "text", dir: "auto", tabindex: 0, role: "group", "aria-label": `Saved text of ${id}` }, theirs.note)]
      : [h("h3", {}, "Saved"), h("p", { class: "text none" }, "Nothing: it is gone.")]))),
  h("footer", {},
    h("span", {}),
    h("button", { type: "button", onclick: takeTheirs }, theirs ? "Take the saved one" : "Let it go"),
    h("button", { class: "primary" }, theirs ? "Save mine over it" : "Keep mine as new")));
  keys(form);
  return form;
}
