// What is wrong, at the top of the page, and what was done, at its foot, until it
// is closed: nobody has to be quick.

import { busy, h, named } from "./dom.js";

export class Notices {
  #notice;
  #toast;
  #elsewhere; // where the keyboard's focus goes that a message took with it
  #about;
  #done = []; // {text, label, act}, the last one shown

  constructor(notice, toast, elsewhere) {
    [this.#notice, this.#toast, this.#elsewhere] = [notice, toast, elsewhere];
  }

  // notice says what is wrong, and with what note; without a text it is closed.
  // again is what to try again, if that may help.
  notice = (text, { about, again } = {}) => {
    this.#about = about;
    this.#fill(this.#notice, text && [
      h("p", {}, ...(about ? [...named(about), ": "] : []), text),
      again && h("button", { onclick: again }, "Try again"),
      this.#close(() => this.notice()),
    ]);
  };

  // settle closes the notice about a note that needs it no more.
  settle = (about) => this.#about === about && this.notice();

  // toast says what was done, above what was said before. act, under label, takes
  // it back, and returns whether it has.
  toast = (text, label, act) => {
    this.#done.push({ text, label, act });
    this.#show();
    if (label) this.#toast.querySelector("button").focus();
  };

  forget = () => {
    this.#done = [];
    this.#show();
  };

  #show() {
    const top = this.#done.at(-1);
    const drop = () => {
      this.#done = this.#done.filter((one) => one !== top);
      this.#show();
    };
    const below = this.#done.length - 1;
    this.#fill(this.#toast, top && [
      h("p", {}, ...top.text, below > 0 && h("small", {}, ` ${below} more below`)),
      top.label && h("button", { onclick: () => busy(this.#toast, async () => await top.act() && drop()) }, top.label),
      this.#close(drop),
    ]);
  }

  #close(onclick) {
    return h("button", { class: "close", "aria-label": "Close", onclick }, "×");
  }

  #fill(element, children) {
    const focused = element.contains(document.activeElement);
    element.replaceChildren(...(children || []).filter(Boolean));
    if (focused) (element.querySelector("button") ?? this.#elsewhere).focus({ preventScroll: true });
  }
}
