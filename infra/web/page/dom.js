// Everything on the page is made here, of elements and text: no string is ever
// read as HTML.

// h makes an element. A property named on… listens to that event.
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

// named puts a note's name in quotes, in its own direction.
export const named = (id) => ["“", h("bdi", {}, id), "”"];

// Making a format takes longer than a thousand uses of it.
const [time, day, full] = [{ timeStyle: "short" }, { dateStyle: "medium" }, { dateStyle: "full", timeStyle: "medium" }]
  .map((style) => new Intl.DateTimeFormat(undefined, style));

// when shows a time in the reader's own way.
export function when(iso) {
  const date = new Date(iso);
  const today = date.toDateString() === new Date().toDateString();
  return h("time", { datetime: iso, title: full.format(date) }, (today ? time : day).format(date));
}

// busy keeps what an element stands for from being done twice at once, keeps its
// fields as they were sent, and tells assistive software.
export async function busy(element, work) {
  if (element.getAttribute("aria-busy") === "true") return;
  const fields = [...element.querySelectorAll(":is(input, textarea):read-write")];
  const lock = (on) => fields.forEach((field) => (field.readOnly = on));
  element.setAttribute("aria-busy", "true");
  lock(true);
  try {
    await work();
  } finally {
    element.removeAttribute("aria-busy");
    lock(false);
  }
}

// form makes a form that is sent by its button, or by Ctrl or Cmd with Enter, and
// given up on Escape. send is called with it.
export function form(props, send, cancel, ...children) {
  const element = h("form", {
    ...props,
    onsubmit: (event) => {
      event.preventDefault();
      send(element);
    },
    onkeydown: (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        element.requestSubmit();
      } else if (event.key === "Escape" && cancel) {
        event.stopPropagation();
        cancel();
      }
    },
  }, ...children);
  return element;
}
