// The form for a new note, and the draft of what a sign-in that ended left
// unsaved.

import { busy, h, keys } from "./dom.js";

const nameBytes = 256; // of UTF-8, the API's bound

export class Composer {
  #name = h("input", { id: "new-name", dir: "auto", maxlength: nameBytes, autocomplete: "off", "aria-describedby": "new-hint" });
  #text = h("textarea", { id: "new-text", dir: "auto", rows: 3, required: true });

  // create is called with the note's name and text, and reports whether it is kept.
  constructor(create) {
    this.form = h("form", { class: "composer", "aria-label": "New note", onsubmit: (event) => {
      event.preventDefault();
      busy(this.form, async () => await create(this.#id, this.#text.value) && this.#clear());
    } },
    h("label", { for: "new-text" }, "New note"), this.#text,
    h("div", { class: "row" },
      h("label", { for: "new-name" }, "Name"), this.#name,
      h("button", { class: "primary" }, "Keep note")),
    h("p", { class: "hint", id: "new-hint" }, "Without a name, the first line becomes it. Ctrl and Enter keep the note."));
    this.form.addEventListener("input", () => this.#check());
    keys(this.form);
  }

  get draft() {
    return { name: this.#name.value, text: this.#text.value };
  }

  // offer fills the form, unless something is being written in it.
  offer({ name, text }) {
    if (this.#text.value) return;
    [this.#name.value, this.#text.value] = [name, text];
    this.#check();
  }

  focus() {
    this.#text.focus();
  }

  get #id() {
    return this.#name.value.trim() || firstLine(this.#text.value);
  }

  #check() {
    this.#name.setCustomValidity(this.#text.value && unusable(this.#id));
  }

  #clear() {
    this.#name.value = this.#text.value = "";
    this.focus();
  }
}

const firstLine = (text) => [...text.trim().split("\n")[0].trim()].slice(0, 60).join("");

// unusable says what is wrong with a name, if anything.
function unusable(name) {
  if (!name) return "A note of blanks needs a name.";
  if (/^\.{1,2}$/.test(name)) return "A name needs more than dots."; // no URL can end in these, however they are encoded
  const bytes = new TextEncoder().encode(name).length;
  return bytes > nameBytes ? `A name has at most ${nameBytes} bytes in UTF-8; this one has ${bytes}.` : "";
}
