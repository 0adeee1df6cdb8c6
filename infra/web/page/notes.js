// The notes: a list below the form for a new one, and each note's own form when
// it is edited.

import { Refused } from "./api.js";
import { Ended } from "./auth.js";
import { Composer } from "./composer.js";
import { conflict } from "./conflict.js";
import { busy, h, keys, when } from "./dom.js";
import { keepDraft, takeDraft } from "./draft.js";

export class Notes {
  #api;
  #page; // {attempt, toast}
  #cards = new Map(); // note id: {note, item}
  #next;
  #composer = new Composer((id, text) => this.#create(id, text));
  #list = h("ul", { class: "notes", role: "list", "aria-label": "Your notes" });
  #more = h("button", { class: "more", hidden: true, onclick: () => this.#load() }, "Show more notes");
  #empty = h("p", { class: "empty", hidden: true }, "Nothing here yet. Your first note goes above.");

  constructor(api, page) {
    this.#api = api;
    this.#page = page;
  }

  // open shows the form at once and the notes when they come.
  async open(main, sub) {
    const draft = takeDraft(sub);
    if (draft) this.#composer.offer(draft);
    main.replaceChildren(h("h1", {}, "Your notes"), this.#composer.form, this.#list, this.#empty, this.#more);
    this.#composer.focus();
    await this.#load();
    for (const edit of draft?.edits ?? []) await this.#reopen(edit);
  }

  // keepDraft saves what is being written from a sign-in that ends.
  keepDraft(sub) {
    const edits = [...this.#cards.values()].flatMap(({ note: { noteid, version, updatedAt, etag, note }, item }) => {
      const text = item.querySelector("textarea")?.value ?? note;
      return text === note ? [] : [{ noteid, version, updatedAt, etag, text }];
    });
    const { name, text } = this.#composer.draft;
    if (sub && (text || edits.length)) keepDraft({ sub, name, text, edits });
  }

  #load() {
    return busy(this.#list, () => this.#page.attempt(async () => {
      const page = await this.#api.list(this.#next);
      const first = page.notes.find((note) => !this.#cards.has(note.noteid));
      const goOn = this.#next && first;
      this.#next = page.next;
      for (const note of page.notes) if (!this.#editing(note.noteid)) this.#show(note);
      if (goOn) this.#cards.get(first.noteid).item.querySelector("button").focus();
      this.#settle();
    }));
  }

  #create(id, text) {
    return this.#page.attempt(() => this.#add(id, text));
  }

  async #add(id, text) {
    this.#flash(this.#show(await this.#api.create(id, text)));
    this.#settle();
  }

  // show puts a note in its place among the others, or renews it there.
  #show(note) {
    const item = this.#cards.get(note.noteid)?.item ?? h("li");
    this.#cards.set(note.noteid, { note, item });
    item.replaceChildren(this.#card(note));
    if (!item.isConnected) {
      const after = [...this.#cards.values()].filter((card) => card.note.noteid > note.noteid && card.item.isConnected);
      after.sort((a, b) => (a.note.noteid < b.note.noteid ? -1 : 1));
      this.#list.insertBefore(item, after[0]?.item ?? null);
    }
    return item;
  }

  #card(note) {
    return h("article", { class: "note", "aria-label": note.noteid },
      h("h2", { dir: "auto" }, note.noteid),
      h("p", { class: "text", dir: "auto" }, note.note),
      h("footer", {},
        h("span", {}, when(note.updatedAt), ` · version ${note.version}`),
        h("button", { class: "edit", "aria-label": `Edit ${note.noteid}`, onclick: () => this.#edit(note) }, "Edit"),
        h("button", { class: "delete", "aria-label": `Delete ${note.noteid}`, onclick: () => this.#remove(note) }, "Delete")));
  }

  #edit(note, written = note.note) {
    const { item } = this.#cards.get(note.noteid);
    const text = h("textarea", { "aria-label": `Text of ${note.noteid}`, dir: "auto", rows: Math.min(12, written.split("\n").length + 1), required: true });
    text.value = written;
    const close = () => this.#close(note);
    const form = h("form", { class: "note editing", "aria-label": `Edit ${note.noteid}`, onsubmit: (event) => {
      event.preventDefault();
      busy(form, () => this.#save(note, text.value));
    } },
    h("h2", { dir: "auto" }, note.noteid), text,
    h("footer", {},
      h("span", {}, `From version ${note.version}`),
      h("button", { type: "button", onclick: close }, "Cancel"),
      h("button", { class: "primary" }, "Save")));
    keys(form, close);
    item.replaceChildren(form);
    text.focus();
  }

  // reopen goes on with an edit of the last sign-in, from the note that it was
  // begun with: whether another came in between turns out when it is saved.
  #reopen({ noteid, version, updatedAt, etag, text }) {
    return this.#page.attempt(async () => {
      this.#show(await this.#now(noteid) ?? { noteid, version, updatedAt, etag, note: text });
      this.#settle();
      this.#edit({ noteid, version, etag }, text);
    });
  }

  #save(note, text) {
    return this.#page.attempt(async () => {
      try {
        const saved = await this.#api.update(note, text);
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

  #again(id, text) {
    return this.#page.attempt(async () => {
      await this.#add(id, text);
      this.#close({ noteid: id });
    });
  }

  #remove(note) {
    return busy(this.#cards.get(note.noteid).item, () => this.#page.attempt(async () => {
      try {
        await this.#api.remove(note);
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 412) throw error;
        const theirs = await this.#now(note.noteid);
        if (theirs) {
          this.#show(theirs);
          this.#close(theirs);
          throw error;
        }
      }
      this.#drop(note.noteid);
      this.#page.toast(["Deleted “", h("bdi", {}, note.noteid), "”."], "Undo", () => this.#undo(note));
    }));
  }

  #undo(note) {
    return this.#page.attempt(async () => {
      try {
        await this.#add(note.noteid, note.note);
      } catch (error) {
        if (error instanceof Ended) this.#composer.offer({ name: note.noteid, text: note.note });
        throw error;
      }
      this.#page.toast();
      this.#close(note);
    });
  }

  #drop(id) {
    this.#cards.get(id)?.item.remove();
    this.#cards.delete(id);
    this.#settle();
  }

  // close leaves a form of the list, the keyboard's focus where it came from.
  #close({ noteid }) {
    const card = this.#cards.get(noteid);
    if (!card) {
      this.#composer.focus();
      return;
    }
    if (this.#editing(noteid)) this.#show(card.note);
    card.item.querySelector(".edit").focus();
  }

  #editing(id) {
    return this.#cards.get(id)?.item.querySelector("form") != null;
  }

  #settle() {
    this.#more.hidden = !this.#next;
    this.#empty.hidden = this.#cards.size > 0 || Boolean(this.#next);
  }

  #flash(item) {
    item.classList.add("new");
    item.addEventListener("animationend", () => item.classList.remove("new"), { once: true });
  }
}
