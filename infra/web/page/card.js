// A note of the list, and the forms that notes are written in.

import { form, h, when } from "./dom.js";
import { beginning, firstLine, limited, parts, rich, size, unusable } from "./text.js";

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

// A Composer is the form of a new note.
export class Composer {
  #name = h("input", { id: "new-name", dir: "auto", maxlength: 256, autocomplete: "off", "aria-describedby": "new-hint" });
  #text = limited(h("textarea", { id: "new-text", dir: "auto", rows: 3, required: true }));

  // create is called with the composer, and clears it when the note is kept.
  constructor(create) {
    this.form = form({ class: "composer", "aria-label": "New note", oninput: () => this.#check() }, () => create(this), null,
      h("label", { for: "new-text" }, "New note"), this.#text,
      h("div", { class: "row" },
        h("label", { for: "new-name" }, "Name"), this.#name,
        h("button", { class: "primary" }, "Keep note")),
      h("p", { class: "hint", id: "new-hint" }, "Without a name, the first line becomes it. ", h("span", { class: "keys" }, "Ctrl and Enter keep the note.")));
  }

  get draft() {
    return { name: this.#name.value, text: this.#text.value };
  }

  // note is what the form would make now.
  get note() {
    return { noteid: this.#name.value.trim() || firstLine(this.#text.value), note: this.#text.value };
  }

  // offer fills the form, unless something is being written in it.
  offer({ name, text }) {
    if (this.#text.value) return;
    [this.#name.value, this.#text.value] = [name, text];
    this.#text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  clear() {
    this.#name.value = this.#text.value = "";
    this.focus();
  }

  focus() {
    this.#text.focus({ preventScroll: true });
  }

  #check() {
    this.#name.setCustomValidity(this.#text.value && unusable(this.note.noteid));
  }
}

// field returns what a note's text is written in.
export function field(noteid, written) {
  const text = limited(h("textarea", { "aria-label": `Text of ${noteid}`, dir: "auto", rows: Math.min(12, written.split("\n").length + 1), required: true }));
  text.value = written;
  return text;
}

// editor returns the form around such a field. save is called with the form.
export function editor(note, text, save, cancel) {
  return form({ class: "note editing", "aria-label": `Edit ${note.noteid}` }, save, cancel,
    h("h2", { dir: "auto" }, note.noteid), text,
    h("footer", {},
      h("span", {}, `From version ${note.version}`),
      h("button", { type: "button", onclick: cancel }, "Cancel"),
      h("button", { class: "primary" }, "Save")));
}

// conflict returns a form of two texts: mine, the field with what was written
// here, and theirs, which somebody saved in the meantime; null if the note is gone.
export function conflict({ id, mine, theirs, keepMine, takeTheirs }) {
  mine.setAttribute("aria-label", `Your text of ${id}`);
  return form({ class: "note conflict", "aria-label": `Two texts of ${id}` }, keepMine, null,
    h("h2", { dir: "auto" }, id),
    h("p", { class: "lost", role: "alert" }, theirs
      ? "Your change lost a race: this note was saved elsewhere after you opened it. Nothing is overwritten."
      : "This note was deleted elsewhere after you opened it."),
    h("div", { class: "texts" },
      h("div", {}, h("h3", {}, "Yours, not saved"), mine),
      h("div", {}, theirs
        ? [h("h3", {}, `Saved ${theirs.version > 1 ? `as version ${theirs.version}` : "before"}, `, when(theirs.updatedAt)),
          h("p", { class: "text", dir: "auto", tabindex: 0, role: "group", "aria-label": `Saved text of ${id}` }, theirs.note)]
        : [h("h3", {}, "Saved"), h("p", { class: "text none" }, "Nothing: it is gone.")])),
    h("footer", {},
      h("span", {}),
      h("button", { type: "button", onclick: takeTheirs }, theirs ? "Take the saved one" : "Let it go"),
      h("button", { class: "primary" }, theirs ? "Save mine over it" : "Keep mine as new")));
}
