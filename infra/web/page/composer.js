// The form of a new note.

import { busy, h, keys } from "./dom.js";
import { firstLine, limited, unusable } from "./text.js";

export class Composer {
  #name = h("input", { id: "new-name", dir: "auto", maxlength: 256, autocomplete: "off", "aria-describedby": "new-hint" });
  #text = limited(h("textarea", { id: "new-text", dir: "auto", rows: 3, required: true }));

  // create is called with the composer, and clears it when the note is kept.
  constructor(create) {
    this.form = h("form", { class: "composer", "aria-label": "New note", onsubmit: (event) => {
      event.preventDefault();
      create(this);
    } },
    h("label", { for: "new-text" }, "New note"), this.#text,
    h("div", { class: "row" },
      h("label", { for: "new-name" }, "Name"), this.#name,
      h("button", { class: "primary" }, "Keep note")),
    h("p", { class: "hint", id: "new-hint" }, "Without a name, the first line becomes it. ", h("span", { class: "keys" }, "Ctrl and Enter keep the note.")));
    this.form.addEventListener("input", () => this.#check());
    keys(this.form);
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
