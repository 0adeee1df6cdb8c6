// What is being written, kept in this browser until it is saved: a slot for each
// window, of which a user gets back their own only.

const PREFIX = "notegate.draft/"; // + sub + "/" + slot: {at, name, text, edits: [{noteid, version, updatedAt, etag, text}]}
const PAUSE = 300; // ms after a key until what it wrote is kept

const slots = (prefix) => Object.keys(localStorage).filter((key) => key.startsWith(prefix));

const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null; // nothing of ours
  }
};

// clearDrafts forgets everybody's.
export const clearDrafts = () => slots(PREFIX).forEach((key) => localStorage.removeItem(key));
export const keepsDrafts = () => slots(PREFIX).length > 0;

export class Drafts {
  #collect;
  #failed;
  #key = null;
  #prefix;
  #release;
  #timer;

  // collect returns what is being written: {name, text, edits}. failed is told
  // when the browser has no room for it.
  constructor(collect, failed) {
    this.#collect = collect;
    this.#failed = failed;
    addEventListener("pagehide", () => this.#leave()); // a page kept for Back would keep the lock
    addEventListener("pageshow", async (event) => event.persisted && this.#key && (await this.#claim(this.#key) || this.#claim()));
    addEventListener("visibilitychange", () => document.hidden && this.#save());
  }

  // take returns the user's latest draft that no open window is at work on.
  // Without a user it is the next one, for a window that is done with its own.
  async take(sub) {
    this.#save();
    if (this.#key && localStorage.getItem(this.#key)) return;
    if (sub) this.#prefix = `${PREFIX}${sub}/`;
    const left = slots(this.#prefix).filter((key) => key !== this.#key).map((key) => ({ key, draft: read(key) }));
    for (const { key, draft } of left.sort((a, b) => (b.draft?.at ?? 0) - (a.draft?.at ?? 0))) {
      if (await this.#claim(key)) return draft;
    }
    if (!this.#key) await this.#claim();
  }

  // changed keeps what is written, in a moment.
  changed() {
    this.#timer ??= setTimeout(() => this.#save(), PAUSE);
  }

  // close keeps it now and for the next time, and nothing that follows.
  close() {
    this.#leave();
    this.#key = null;
  }

  #leave() {
    this.#save();
    this.#release?.();
  }

  // claim takes a slot, or a new one, unless another window has it.
  async #claim(key = this.#prefix + crypto.randomUUID()) {
    const release = await new Promise((done) => {
      navigator.locks.request(key, { ifAvailable: true }, (lock) => (lock ? new Promise(done) : done()));
    });
    if (release) {
      this.#release?.();
      [this.#key, this.#release] = [key, release];
    }
    return release;
  }

  #save() {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#key) return;
    const draft = this.#collect();
    if (!draft.text && !draft.name && !draft.edits.length) return localStorage.removeItem(this.#key);
    try {
      localStorage.setItem(this.#key, JSON.stringify({ at: Date.now(), ...draft }));
    } catch {
      this.#failed();
    }
  }
}
