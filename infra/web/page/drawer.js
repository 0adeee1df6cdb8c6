// What the gate saw: the token's claims as it reads them, and each request with
// the layer that answered it.

import { layers } from "./api.js";
import { h } from "./dom.js";

const KEPT = 12; // requests shown

export class Drawer {
  #aside;
  #close = h("button", { class: "close", onclick: () => this.#toggle(false) }, "Close");
  #token = h("div");
  #requests = h("tbody");
  #layer = h("p", { class: "layer" });
  #claims;
  #rows = [];

  // The drawer opens and closes by its button, and closes by Escape.
  constructor(aside) {
    this.#aside = aside;
    this.button = h("button", { id: "gate", "aria-expanded": "false", "aria-controls": aside.id, onclick: () => this.#toggle(aside.hidden) }, "The gate");
    aside.addEventListener("keydown", (event) => event.key === "Escape" && this.#toggle(false));
    // Where it lies over the page, the keyboard must not go on behind it.
    aside.addEventListener("focusout", ({ relatedTarget: next }) => next && !aside.contains(next) && matchMedia("(width < 64rem)").matches && this.#show(false));
    aside.append(
      h("header", {}, h("h2", { id: "drawer-title" }, "What the gate saw"), this.#close),
      this.#token,
      h("h3", {}, "Requests, the last one first"),
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Requests" }, h("table", {},
        h("thead", {}, h("tr", {}, ...["Time", "Request", "Status", "Answered by", "Took"].map((head) => h("th", { scope: "col" }, head)))),
        this.#requests)),
      this.#layer);
  }

  // used tells whether it has something to show.
  get used() {
    return this.#rows.length > 0;
  }

  get holdsFocus() {
    return this.#aside.contains(document.activeElement);
  }

  // add gives it another section.
  add(section) {
    this.#aside.append(section);
  }

  // record takes an exchange, and the token's claims; without any the last stay.
  record({ start, ...exchange }, claims) {
    const ms = Math.round(performance.now() - start);
    this.#rows = [{ ...exchange, ms, at: new Date(Date.now() - ms) }, ...this.#rows].slice(0, KEPT);
    this.#claims = claims ?? this.#claims;
    this.#render();
  }

  #show(open) {
    this.#aside.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    this.#render();
  }

  #toggle(open) {
    this.#show(open);
    (open ? this.#close : this.button).focus();
  }

  #render() {
    if (this.#aside.hidden) return;
    this.#token.replaceChildren(this.#facts());
    this.#requests.replaceChildren(...this.#rows.map(row));
    const [last] = this.#rows;
    this.#layer.replaceChildren(...(last ? [h("b", {}, `${last.layer}: `), layers[last.layer]] : []));
  }

  #facts() {
    const claims = this.#claims;
    if (!claims) return h("p", { class: "hint" }, "No token: nobody is signed in.");
    const ends = new Date(claims.exp * 1000);
    const facts = {
      principal: claims.sub,
      client: claims.client_id,
      scopes: claims.scope?.split(" ").map((scope) => h("code", {}, scope)),
      groups: claims["cognito:groups"]?.map((group) => h("code", {}, group)),
      expires: h("time", { datetime: ends.toISOString() }, ends.toLocaleTimeString()),
      issuer: claims.iss,
    };
    return h("dl", {}, ...Object.entries(facts).filter(([, value]) => value)
      .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  }
}

const row = ({ at, method, path, status, layer, ms }) => h("tr", { class: status >= 200 && status < 300 ? "ok" : "not-ok" },
  h("td", {}, at.toLocaleTimeString()), h("td", {}, `${method} ${path}`), h("td", {}, String(status || "none")), h("td", {}, layer), h("td", {}, `${ms} ms`));
