// A note's text as it is read, and what is wrong with it in people's words.

import { h } from "./dom.js";

const noteBytes = 300 * 1024; // of UTF-8, the API's bounds
const nameBytes = 256;
const [lines, characters] = [8, 300]; // of what a card shows

const encoder = new TextEncoder();
export const bytes = (text) => encoder.encode(text).length;

export const size = (count) => (count < 1024 ? `${count} bytes` : `${Math.round(count / 1024)} KB`);

// firstLine names a note that was given no name.
export const firstLine = (text) => [...text.trim().split("\n", 1)[0].trim()].slice(0, 60).join("");

// parts are a note's title and the rest of it.
export function parts({ noteid, note }) {
  if (firstLine(note) !== noteid) return { title: noteid, body: note };
  const [line, ...rest] = note.trimStart().split("\n");
  return { title: line.trim(), body: rest.join("\n") };
}

// beginning is as much of a text as a card shows.
export function beginning(text) {
  const some = text.split("\n", lines).join("\n");
  return some.length <= characters ? some : some.slice(0, characters).replace(/[\uD800-\uDBFF]$/, "");
}

// rich tells code from prose by the usual marks: ``` around lines, ` around words.
export function rich(text) {
  const code = (tag, pattern, part) => part.split(pattern).map((piece, i) => (i % 2 ? h(tag, {}, piece) : piece));
  return code("pre", /^```[^\n]*\n([^]*?)(?:^```[^\n]*$\n?|$(?![^]))/m, text)
    .flatMap((piece) => (typeof piece === "string" ? code("code", /`([^`\n]+)`/, piece) : piece));
}

function over(what, text, most) {
  const more = text.length * 3 > most ? bytes(text) - most : 0;
  return more > 0 ? `This ${what} is ${more === 1 ? "1 byte" : size(more)} over the limit of ${size(most)}.` : "";
}

// limited keeps a field from being sent with more than a note holds.
export function limited(field) {
  field.addEventListener("input", () => field.setCustomValidity(over("note", field.value, noteBytes)));
  return field;
}

// unusable says what is wrong with a name, if anything.
export function unusable(name) {
  if (!name) return "A note of blanks needs a name.";
  if (/^\.{1,2}$/.test(name)) return "A name needs more than dots."; // no URL can end in these, however they are encoded
  return over("name", name, nameBytes);
}
