// The notes: a list with a form above it, and each note's own form when it is
// edited.

import { Refused } from "./api.js";
import { busy, byId, h, keys, when } from "./dom.js";
import { conflict } from "./conflict.js";

const DRAFT = "notegate.draft"; // {sub, name, text} of what was being written when the sign-in ended

export class Notes {
  #api;
  #page; // {attempt, toast}
  #cards = new Map(); // note id: {note, item}
  #next;

  constructor(api, page) {
    this.#api = api;
    this.#page = page;
  }

  // open shows the form at once and the notes when they come.
  async open(main, sub) {
    this.#cards.clear();
    this.form = this.#composer(sub);
    this.list = h("ul", { class: "notes", "aria-label": "Your notes" });
    this.more = h("button", { class: "more", hidden: true, onclick: () => this.load() }, "Show more notes");
    this.empty = h("p", { class: "empty", hidden: true }, "Nothing here yet. Your first note goes above.");
    main.replaceChildren(h("h1", {}, "Your notes"), this.form, this.list, this.empty, this.more);
    byId("new-text").focus();
    await this.load();
  }

  // keepDraft saves what is being written from a sign-in that ends.
  keepDraft(sub) {
    const [name, text] = [byId("new-name")?.value, byId("new-text")?.value];
    if (sub && text) sessionStorage.setItem(DRAFT, JSON.stringify({ sub, name, text }));
  }

  async load() {
    this.list.setAttribute("aria-busy", "true");
    await this.#page.attempt(async () => {
      const page = await this.#api.list(this.#next);
      const first = page.notes.find((note) => !this.#cards.has(note.noteid));
      const goOn = this.#next && first;
      this.#next = page.next;
      for (const note of page.notes) this.#show(note);
      if (goOn) this.#cards.get(first.noteid).item.querySelector("button").focus();
      this.#settle();
    });
    this.list.removeAttribute("aria-busy");
  }

  #composer(sub) {
    const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? "null");
    sessionStorage.removeItem(DRAFT);
    const name = h("input", { id: "new-name", maxlength: 256, autocomplete: "off", "aria-describedby": "new-hint" });
    const text = h("textarea", { id: "new-text", rows: 3, required: true });
    if (draft?.sub === sub) [name.value, text.value] = [draft.name, draft.text];
    name.addEventListener("input", () => name.setCustomValidity(unusable(name.value)));
    const form = h("form", { class: "composer", "aria-label": "New note", onsubmit: (event) => {
      event.preventDefault();
      busy(form, () => this.#create(name, text));
    } },
    h("label", { for: "new-text" }, "New note"), text,
    h("div", { class: "row" },
      h("label", { for: "new-name" }, "Name"), name,
      h("button", { class: "primary" }, "Keep note")),
    h("p", { class: "hint", id: "new-hint" }, "Without a name, the first line becomes it. Ctrl and Enter keep the note."));
    keys(form);
    return form;
  }

  #create(name, text) {
    const id = name.value.trim() || firstLine(text.value);
    return this.#page.attempt(async () => {
      const note = await this.#api.create(id, text.value);
      name.value = text.value = "";
      this.#flash(this.#show(note));
      this.#settle();
      text.focus();
    });
  }

  // show puts a note in its place among the others, or renews it there.
  #show(note) {
    const item = this.#cards.get(note.noteid)?.item ?? h("li");
    this.#cards.set(note.noteid, { note, item });
    item.replaceChildren(this.#card(note));
    if (!item.isConnected) {
      const after = [...this.#cards.values()].filter((card) => card.note.noteid > note.noteid && card.item.isConnected);
      after.sort((a, b) => (a.note.noteid < b.note.noteid ? -1 : 1));
      this.list.insertBefore(item, after[0]?.item ?? null);
    }
    return item;
  }

  #card(note) {
    return h("article", { class: "note", "aria-label": note.noteid },
      h("h2", {}, note.noteid),
      h("p", { class: "text" }, note.note),
      h("footer", {},
        h("span", {}, when(note.updatedAt), ` · version ${note.version}`),
        h("button", { class: "edit", "aria-label": `Edit ${note.noteid}`, onclick: () => this.#edit(note) }, "Edit"),
        h("button", { class: "delete", "aria-label": `Delete ${note.noteid}`, onclick: () => this.#remove(note) }, "Delete")));
  }

  #edit(note) {
    const { item } = this.#cards.get(note.noteid);
    const text = h("textarea", { "aria-label": `Text of ${note.noteid}`, rows: Math.min(12, note.note.split("\n").length + 1), required: true });
    text.value = note.note;
    const close = () => this.#close(note);
    const form = h("form", { class: "note editing", "aria-label": `Edit ${note.noteid}`, onsubmit: (event) => {
      event.preventDefault();
      busy(form, () => this.#save(note, text.value));
    } },
    h("h2", {}, note.noteid), text,
    h("footer", {},
      h("span", {}, `From version ${note.version}`),
      h("button", { type: "button", onclick: close }, "Cancel"),
      h("button", { class: "primary" }, "Save")));
    keys(form, close);
    item.replaceChildren(form);
    text.focus();
  }

  #save(note, text) {
    return this.#page.attempt(async () => {
      try {
        const saved = await this.#api.update(note.noteid, note.version, text);
        this.#show(saved);
        this.#close(saved);
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 412) throw error;
        await this.#lost(note, text);
      }
    });
  }

  // lost shows both texts when somebody else's change came first. theirs is null
  // if the note is gone.
  async #lost(note, mine) {
    const theirs = await this.#now(note.noteid);
    const { item } = this.#cards.get(note.noteid);
    item.replaceChildren(conflict({ id: note.noteid, mine, theirs,
      keepMine: (text) => (theirs ? this.#save(theirs, text) : this.#again(note.noteid, text)),
      takeTheirs: () => {
        if (theirs) this.#show(theirs);
        else this.#drop(note.noteid);
        this.#close(theirs ?? note);
      },
    }));
    item.querySelector("textarea").focus();
  }

  async #now(id) {
    try {
      return await this.#api.get(id);
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return null;
      throw error;
    }
  }

  #remove(note) {
    return this.#page.attempt(async () => {
      try {
        await this.#api.remove(note.noteid, note.version);
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 412) throw error;
        const theirs = await this.#now(note.noteid);
        if (theirs) {
          this.#show(theirs);
          throw error;
        }
      }
      this.#drop(note.noteid);
      this.#page.toast(`Deleted “${note.noteid}”.`, "Undo", () => this.#again(note.noteid, note.note));
    });
  }

  #again(id, text) {
    return this.#page.attempt(async () => {
      this.#flash(this.#show(await this.#api.create(id, text)));
      this.#settle();
      this.#close({ noteid: id });
    });
  }

  #drop(id) {
    this.#cards.get(id).item.remove();
    this.#cards.delete(id);
    this.#settle();
  }

  // close leaves a form of the list, the keyboard's focus where it came from.
  #close({ noteid }) {
    const card = this.#cards.get(noteid);
    if (!card) {
      byId("new-text").focus();
      return;
    }
    if (card.item.querySelector("form")) this.#show(card.note);
    card.item.querySelector(".edit").focus();
  }

  #settle() {
    this.more.hidden = !this.#next;
    this.empty.hidden = this.#cards.size > 0 || Boolean(this.#next);
  }

  #flash(item) {
    item.classList.add("new");
    item.addEventListener("animationend", () => item.classList.remove("new"), { once: true });
  }
}

const firstLine = (text) => [...text.trim().split("\n")[0].trim()].slice(0, 60).join("");

// unusable says what is wrong with a name: a URL cannot end in these two, however
// they are encoded.
const unusable = (name) => (/^\.{1,2}$/.test(name.trim()) ? "A name needs more than dots." : "");
