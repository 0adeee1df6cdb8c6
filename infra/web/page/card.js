// A note of the list, and the forms in its place.

import { h, keys, when } from "./dom.js";
import { beginning, limited, parts, rich, size } from "./text.js";

// card returns the element. all says that the whole text is shown; act has
// {edit, remove, toggle}, each called with the note.
export function card(note, all, act) {
  const { noteid } = note;
  const { title, body } = parts(note);
  const shown = all ? body : beginning(body);
  const cut = note.part || shown.length < body.length;
  const toggle = all ? "Show less" : `Show all ${size(note.size)}`;
  const button = (name, label, text, onclick) => h("button", { class: name, "aria-label": `${label} ${noteid}`, onclick }, text);
  return h("article", { class: "note", "aria-label": noteid },
    h("h2", { dir: "auto" }, title),
    shown && h("div", { class: "text", dir: "auto", ...(all && { tabindex: 0, role: "group", "aria-label": `Text of ${noteid}` }) }, rich(shown)),
    (cut || all) && h("button", { class: "all", "aria-expanded": String(all), "aria-label": `${toggle} of ${noteid}`, onclick: () => act.toggle(note) }, toggle),
    h("footer", {},
      h("span", {}, when(note.updatedAt), ` · version ${note.version}`),
      button("edit", "Edit", "Edit", () => act.edit(note)),
      button("delete", "Delete", "Delete", () => act.remove(note))));
}

// field returns what a note's text is written in.
export function field(noteid, written) {
  const text = limited(h("textarea", { "aria-label": `Text of ${noteid}`, dir: "auto", rows: Math.min(12, written.split("\n").length + 1), required: true }));
  text.value = written;
  return text;
}

// editor returns the form around such a field. save is called with the form.
export function editor(note, text, save, cancel) {
  const form = h("form", { class: "note editing", "aria-label": `Edit ${note.noteid}`, onsubmit: (event) => {
    event.preventDefault();
    save(form);
  } },
  h("h2", { dir: "auto" }, note.noteid), text,
  h("footer", {},
    h("span", {}, `From version ${note.version}`),
    h("button", { type: "button", onclick: cancel }, "Cancel"),
    h("button", { class: "primary" }, "Save")));
  keys(form, cancel);
  return form;
}

// conflict returns a form of two texts: mine, the field with what was written
// here, and theirs, which somebody saved in the meantime; null if the note is gone.
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
