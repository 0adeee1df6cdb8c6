// What the gate saw: the token's claims as it reads them, and each request with
// the layer that answered it.

import { h } from "./dom.js";
import { layers } from "./words.js";

const KEPT = 12; // requests shown

export class Drawer {
  #aside;
  #button;
  #claims;
  #rows = [];

  // The drawer opens and closes by its button, and closes by Escape.
  constructor(aside) {
    this.#aside = aside;
    this.#button = h("button", { id: "gate", "aria-expanded": "false", "aria-controls": aside.id, onclick: () => this.#toggle(aside.hidden) }, "The gate");
    aside.addEventListener("keydown", (event) => event.key === "Escape" && this.#toggle(false));
    // Where it lies over the page, the keyboard must not go on behind it.
    aside.addEventListener("focusout", ({ relatedTarget: next }) => next && !aside.contains(next) && matchMedia("(width < 64rem)").matches && this.#show(false));
  }

  get button() {
    return this.#button;
  }

  record(exchange, claims) {
    this.#rows = [exchange, ...this.#rows].slice(0, KEPT);
    this.#claims = claims;
    this.#render();
  }

  close() {
    this.#rows = [];
    this.#claims = null;
    this.#show(false);
  }

  #show(open) {
    this.#aside.hidden = !open;
    this.#button.setAttribute("aria-expanded", String(open));
    this.#render();
  }

  #toggle(open) {
    this.#show(open);
    (open ? this.#aside.querySelector("button") : this.#button).focus();
  }

  #render() {
    if (this.#aside.hidden) return;
    const closeHadFocus = this.#aside.contains(document.activeElement);
    const close = h("button", { class: "close", onclick: () => this.#toggle(false) }, "Close");
    this.#aside.replaceChildren(
      h("header", {}, h("h2", { id: "drawer-title" }, "What the gate saw"), close),
      this.#token(),
      h("h3", {}, "Requests, the last one first"),
      this.#requests(),
      this.#rows.length ? h("p", { class: "layer" }, h("b", {}, `${this.#rows[0].layer}: `), layers[this.#rows[0].layer]) : "");
    if (closeHadFocus) close.focus();
  }

  #token() {
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

  #requests() {
    const row = ({ at, method, path, status, layer, ms }) => h("tr", { class: status >= 200 && status < 300 ? "ok" : "not-ok" },
      h("td", {}, new Date(at).toLocaleTimeString()), h("td", {}, `${method} ${path}`), h("td", {}, String(status || "none")), h("td", {}, layer), h("td", {}, `${ms} ms`));
    return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Requests" }, h("table", {},
      h("thead", {}, h("tr", {}, ...["Time", "Request", "Status", "Answered by", "Took"].map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, ...this.#rows.map(row))));
  }
}
