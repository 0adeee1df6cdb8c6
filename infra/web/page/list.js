// The list of notes: their order, which of them, how many.

import { h } from "./dom.js";

const collator = new Intl.Collator(undefined, { numeric: true });
const orders = {
  "Newest first": (a, b) => (a.updatedAt === b.updatedAt ? collator.compare(a.noteid, b.noteid) : a.updatedAt < b.updatedAt ? 1 : -1),
  "By name": (a, b) => collator.compare(a.noteid, b.noteid) || (a.noteid < b.noteid ? -1 : 1),
};

export class List {
  #render;
  #rows = new Map(); // note id: {note, item, form}
  #sorted = []; // the rows, as they lie in the page
  #said = [];
  #state = "loading"; // then "whole", or "cut" if there are more notes than it takes
  #count = h("p", { class: "count", "aria-live": "polite", "aria-atomic": "true" });
  #filter = h("input", { type: "search", id: "filter", dir: "auto", autocomplete: "off", oninput: () => this.#choose() });
  #order = h("select", { "aria-label": "Order", onchange: () => this.#arrange() }, Object.keys(orders).map((name) => h("option", {}, name)));
  #empty = h("p", { class: "empty" });

  items = h("ul", { class: "notes", role: "list", "aria-label": "Your notes" });

  // render makes a note's card.
  constructor(render) {
    this.#render = render;
    this.element = h("section", { "aria-label": "Notes" },
      h("div", { class: "tools" }, this.#count, h("label", { for: "filter" }, "Filter"), this.#filter, this.#order),
      this.items, this.#empty);
    this.#tell();
  }

  get size() {
    return this.#rows.size;
  }

  row = (id) => this.#rows.get(id);

  // open are the rows in which something is being written.
  get open() {
    return this.#sorted.filter((row) => row.form);
  }

  // fill takes a page of notes, to be shown when all have come: their order is
  // known no sooner, and nothing moves under the reader.
  fill(notes) {
    for (const note of notes) {
      const row = this.#rowOf(note);
      if (row.note.gone || row.note.updatedAt < note.updatedAt) row.note = note; // or it was kept while the others were on their way
    }
    this.#tell();
  }

  done(whole) {
    this.#state = whole ? "whole" : "cut";
    for (const row of this.#rows.values()) if (!row.form) this.#show(row);
    this.#arrange();
  }

  // put shows a note in its place among the others.
  put(note) {
    const row = this.#rowOf(note);
    row.note = note;
    this.#sorted = this.#sorted.filter((other) => other !== row);
    if (!row.form) this.#show(row);
    const order = orders[this.#order.value];
    const at = this.#sorted.findIndex((other) => order(note, other.note) < 0);
    const next = at < 0 ? null : this.#sorted[at].item;
    if (row.item.nextSibling !== next || !row.item.isConnected) this.items.insertBefore(row.item, next);
    this.#sorted.splice(at < 0 ? this.#sorted.length : at, 0, row);
    this.#choose();
    return row;
  }

  // write puts a form in a card's place, and close the card in the form's.
  write(row, form, field) {
    row.form = form;
    row.field = field;
    row.item.replaceChildren(form);
    row.item.hidden = false;
    field.focus();
  }

  close(id) {
    const row = this.#rows.get(id);
    row.form = row.field = null;
    this.#show(row);
  }

  drop(id) {
    const row = this.#rows.get(id);
    if (!row) return;
    row.item.remove();
    this.#rows.delete(id);
    this.#sorted = this.#sorted.filter((other) => other !== row);
    this.#tell();
  }

  toggle(id) {
    const row = this.#rows.get(id);
    row.all = !row.all;
    this.#show(row);
    row.item.querySelector(".all").focus();
  }

  // sight shows a note that was just kept, whatever is filtered, and says so.
  sight(id, ...said) {
    const { item } = this.#rows.get(id);
    if (item.hidden) this.#filter.value = "";
    this.#said = [...said, " "];
    this.#choose();
    item.scrollIntoView({ block: "nearest" });
    item.classList.add("new");
    item.addEventListener("animationend", () => item.classList.remove("new"), { once: true });
  }

  // rowOf returns that of the note, or begins one.
  #rowOf(note) {
    const row = this.#rows.get(note.noteid) ?? { note, item: h("li") };
    this.#rows.set(note.noteid, row);
    return row;
  }

  #show(row) {
    row.item.replaceChildren(this.#render(row.note, row.all ?? false));
  }

  #arrange() {
    const order = orders[this.#order.value];
    this.#sorted = [...this.#rows.values()].sort((a, b) => order(a.note, b.note));
    const written = document.activeElement;
    this.items.replaceChildren(...this.#sorted.map((row) => row.item));
    if (written !== document.activeElement) written.focus({ preventScroll: true });
    this.#choose();
  }

  // choose hides what does not pass the filter, except what is being written.
  #choose() {
    const wanted = this.#filter.value.trim().toLowerCase();
    for (const { note, item, form } of this.#sorted) {
      item.hidden = !form && wanted !== "" && !`${note.noteid}\n${note.note}`.toLowerCase().includes(wanted);
    }
    this.#tell();
  }

  #tell() {
    const { size } = this.#rows;
    const notes = `${size.toLocaleString()} ${size === 1 ? "note" : "notes"}`;
    const loading = this.#state === "loading";
    const seen = this.#filter.value.trim() ? this.#sorted.filter(({ item }) => !item.hidden).length : size;
    const all = this.#state === "cut" ? `the first ${notes} by name` : notes;
    this.#count.replaceChildren(...this.#said, loading ? `Loading your notes… ${size || ""}` : seen < size ? `${seen.toLocaleString()} of ${all}` : all);
    this.#said = [];
    this.#empty.hidden = loading || seen > 0;
    this.#empty.textContent = size ? "No note has this in its name or beginning." : "Nothing here yet. Your first note goes above.";
  }
}
