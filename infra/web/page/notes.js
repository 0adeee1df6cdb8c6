// What is done with notes.

import { Refused } from "./api.js";
import { Ended } from "./auth.js";
import { card, Composer, conflict, editor, field } from "./card.js";
import { busy, h, named } from "./dom.js";
import { Drafts } from "./drafts.js";
import { List } from "./list.js";

// The list is sorted here, from the beginnings of all notes. An index by time
// would double the cost of each write, and lag behind what was just saved. Beyond
// this bound the list has the first notes by name, and says so.
const most = 5000;

export class Notes {
  #api;
  #page; // {attempt, notice, settle, toast}
  #next;
  #composer = new Composer((composer) => this.#create(composer));
  #list = new List((note, all) => card(note, all, {
    edit: (note) => this.#open(note), remove: (note) => this.#remove(note), toggle: (note) => this.#toggle(note),
  }));
  #drafts = new Drafts(() => this.#written(), () => this.#page.notice("This browser has no room to keep what you write. Save it before you leave the page."));

  constructor(api, page) {
    this.#api = api;
    this.#page = page;
  }

  // open shows the form at once, with what was being written, and the notes when
  // they come.
  async open(main, sub) {
    main.replaceChildren(h("h1", {}, "Your notes"), this.#composer.form, this.#list.element);
    main.addEventListener("input", () => this.#drafts.changed());
    this.#composer.focus();
    const loaded = this.#load();
    this.#restore(await this.#drafts.take(sub));
    await loaded;
  }

  // close keeps what is being written from a sign-in that ends.
  close() {
    this.#drafts.close();
  }

  #written() {
    const edits = this.#list.open.map(({ opened: { note, ...state }, field }) => ({ ...state, text: field.value, was: note }))
      .filter(({ text, was }) => text !== was).map(({ was, part, size, ...edit }) => edit);
    return { ...this.#composer.draft, edits };
  }

  // restore goes on with the edits of another time, from the notes that they were
  // begun with: whether others came in between turns out when they are saved.
  #restore(draft) {
    if (!draft) return;
    this.#composer.offer(draft);
    for (const { text, ...note } of draft.edits ?? []) this.#edit(note, text);
    if (draft.edits?.length) this.#composer.focus();
    this.#page.toast(["What you had not saved is here again."]);
  }

  #do(element, id, work) {
    return busy(element, () => this.#page.attempt(work, { about: id, again: () => this.#do(element, id, work) }));
  }

  #load() {
    return this.#do(this.#list.items, null, async () => {
      do {
        const page = await this.#api.list(this.#next);
        this.#next = page.next;
        this.#list.fill(page.notes);
      } while (this.#next && this.#list.size < most);
      this.#list.done(!this.#next);
    });
  }

  #create(composer) {
    const { form } = composer;
    return this.#do(form, composer.note.noteid, async () => {
      await this.#add(composer.note);
      composer.clear();
      this.#restore(await this.#drafts.take());
    });
  }

  async #add(note) {
    this.#list.put(await this.#api.create(note));
    this.#list.sight(note.noteid, "Kept ", ...named(note.noteid), ".");
  }

  #toggle(note) {
    return this.#do(this.#list.row(note.noteid).item, note.noteid, async () => {
      const row = this.#list.row(note.noteid);
      if (row.note.part) row.note = await this.#api.get(note.noteid);
      this.#list.toggle(note.noteid);
    });
  }

  #open(note) {
    return this.#do(this.#list.row(note.noteid).item, note.noteid, async () => {
      this.#edit(note.part ? await this.#api.get(note.noteid) : note);
    });
  }

  #edit(note, written = note.note) {
    const row = this.#list.row(note.noteid) ?? this.#list.put({ updatedAt: new Date().toISOString(), ...note, note: "", gone: true });
    row.opened = note;
    const text = field(note.noteid, written);
    this.#list.write(row, editor(note, text, (form) => this.#save(form, note, text), () => this.#cancel(note, text.value)), text);
  }

  // cancel gives an edit up, and what was written only if nobody wants it back.
  #cancel(note, text) {
    this.#close(note.noteid);
    if (text === note.note) return;
    this.#page.toast(["Your change to ", ...named(note.noteid), " is discarded."], "Undo", () => {
      if (this.#list.row(note.noteid)?.form) return false; // there is another by now
      this.#edit(note, text);
      return true;
    });
  }

  // close leaves a form of the list, the keyboard's focus where it came from.
  #close(id) {
    const { note, item } = this.#list.row(id);
    this.#drafts.changed();
    this.#page.settle(id);
    if (note.gone) {
      this.#list.drop(id);
      return this.#composer.focus();
    }
    this.#list.close(id);
    item.querySelector(".edit").focus({ preventScroll: true });
  }

  #saved(note) {
    this.#list.put(note);
    this.#close(note.noteid);
    this.#list.sight(note.noteid, "Saved ", ...named(note.noteid), ".");
  }

  #save(form, note, text) {
    return this.#do(form, note.noteid, async () => {
      try {
        this.#saved(await this.#api.update(note, text.value));
      } catch (error) {
        if (error.status !== 412) throw error;
        await this.#lost(note, text);
      }
    });
  }

  // lost shows both texts when somebody else's change came first. theirs is null
  // if the note is gone.
  async #lost(note, mine) {
    const id = note.noteid;
    const theirs = await this.#now(id);
    this.#list.write(this.#list.row(id), conflict({ id, mine, theirs,
      keepMine: (form) => (theirs ? this.#save(form, theirs, mine) : this.#do(form, id, async () => this.#saved(await this.#api.create({ noteid: id, note: mine.value })))),
      takeTheirs: () => {
        this.#list.put(theirs ?? { ...note, gone: true });
        this.#cancel(note, mine.value);
      },
    }), mine);
  }

  async #now(id) {
    try {
      return await this.#api.get(id);
    } catch (error) {
      if (error.status === 404) return null;
      throw error;
    }
  }

  // remove reads a note whole before it deletes it, for the way back.
  #remove(note) {
    const id = note.noteid;
    return this.#do(this.#list.row(id).item, id, async () => {
      const whole = note.part ? await this.#now(id) : note;
      try {
        if (whole && whole.etag !== note.etag) throw new Refused(412);
        if (whole) await this.#api.remove(whole);
      } catch (error) {
        if (error.status !== 412) throw error;
        const theirs = await this.#now(id);
        if (theirs) {
          this.#list.put(theirs).item.querySelector(".edit").focus();
          throw error;
        }
      }
      this.#list.drop(id);
      if (whole) this.#page.toast(["Deleted ", ...named(id), "."], "Undo", () => this.#undo(whole));
    });
  }

  #undo(note) {
    return this.#page.attempt(async () => {
      try {
        await this.#add(note);
      } catch (error) {
        // What is gone is kept with what is being written.
        if (error instanceof Ended && this.#composer.draft.text) this.#edit({ ...note, note: null }, note.note);
        else if (error instanceof Ended) this.#composer.offer({ name: note.noteid, text: note.note });
        throw error;
      }
      this.#list.row(note.noteid).item.querySelector(".edit")?.focus({ preventScroll: true });
    }, { about: note.noteid, again: null }); // which is to press Undo
  }
}
