// What a page does beyond HTML. Everything works without it; this keeps a page live, a draft safe and a tap single.
"use strict";

// A second tap does nothing twice: the form says it is busy until the answer comes.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.getAttribute("aria-busy") === "true") { event.preventDefault(); return; }
  form.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[aria-busy=true]")) form.removeAttribute("aria-busy");
});

// The phone rings: what was typed is kept in this tab until it is sent.
const SECRET = new Set(["password", "hidden"]);
function keepDraft(form) {
  const fields = [...form.elements].filter((field) => field.name && !SECRET.has(field.type));
  const kept = fields.map((field) => [field.name, field.value, field.checked]);
  sessionStorage.setItem(form.dataset.draft, JSON.stringify(kept));
}
function restoreDraft(form) {
  const kept = JSON.parse(sessionStorage.getItem(form.dataset.draft) || "[]");
  for (const [name, value, checked] of kept) {
    const named = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    const fields = named.filter((field) => !SECRET.has(field.type));
    for (const field of fields) {
      if (field.type !== "checkbox" && field.type !== "radio") field.value = value;
      else if (field.value === value && !field.disabled) field.checked = checked;
    }
    if (name === "items" && checked && !fields.some((field) => field.value === value)) keepChosen(form, value);
  }
  if (kept.length) addEventListener("load", () => retell(form), { once: true });
}
// Not before everything that listens is there.
function retell(form) {
  if (form.querySelector("#things > [type=hidden]")) form.dispatchEvent(new Event("draft"));
  form.dispatchEvent(new Event("change", { bubbles: true }));
}
// What was found and chosen before is not on the first list: it is asked for by name, and comes back as a choice.
function keepChosen(form, value) {
  const chosen = Object.assign(document.createElement("input"), { type: "hidden", name: "items", value });
  form.querySelector("#things").append(chosen);
}
// Looking for something to choose is not sending the form.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("form[data-once] [type=search]")) event.preventDefault();
});
for (const form of document.querySelectorAll("form[data-draft]")) {
  if (!form.matches("[data-answered]")) restoreDraft(form);
  form.addEventListener("input", () => keepDraft(form));
}
if (new URLSearchParams(location.search).get("told")?.match(/^(filed|corrected)$/)) {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("request-")) sessionStorage.removeItem(key);
}

// What the panel says is needed opens where it is written.
document.addEventListener("htmx:afterSwap", () => {
  for (const need of document.querySelectorAll("[data-opens]")) document.getElementById(need.dataset.opens).open = true;
});

// Live: the server says that something happened; the parts that care fetch themselves anew.  The turn tells whether
// anything was missed between the making of this page (or the last event) and the beginning of the stream.
const live = document.body.dataset.live;
let turn = document.body.dataset.turn;
let stream = null;
let heard = 0;
function tell(kind) {
  document.body.dispatchEvent(new CustomEvent("gongguan:" + kind));
}
function hear(kind) {
  heard += 1;
  tell(kind);
}
// A part that fetches itself gives way to its newer self, which listens once it has settled: what was heard between the
// asking and that is told again then, or the page would show the last but one state until something else happens.
const heardWhenAsked = new WeakMap();
document.addEventListener("htmx:beforeRequest", (event) => heardWhenAsked.set(event.detail.xhr, heard));
document.addEventListener("htmx:afterSettle", (event) => {
  const isBehind = heardWhenAsked.get(event.detail.xhr) < heard;
  heardWhenAsked.delete(event.detail.xhr);
  if (isBehind) { tell("entry"); tell("doors"); }
});
function listen() {
  if (!live || stream || document.hidden) return;
  stream = new EventSource(live);
  stream.addEventListener("hello", (event) => {
    if (event.lastEventId !== turn) { hear("entry"); hear("doors"); }
    turn = event.lastEventId;
  });
  stream.addEventListener("crowded", () => stream.close());
  for (const kind of ["entry", "doors"]) {
    stream.addEventListener(kind, (event) => { turn = event.lastEventId; hear(kind); });
  }
}
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) { listen(); return; }
  if (stream) stream.close();
  stream = null;
});
listen();

// What somebody writes in is not taken away from under their hands: the news waits until it is folded, sent or emptied.
let heldBack = false;
function isWrittenIn(form) {
  if (form.querySelector("[name=attachments], progress")) return true;
  const isTouched = (field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  return [...form.querySelectorAll("input, textarea")].some(isTouched);
}
function isCareful(place) {
  const careful = [...place.querySelectorAll("[data-careful]")];
  return careful.some((part) => part.open || (part.matches("form") && isWrittenIn(part)));
}
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isCareful(event.detail.target)) return;
  event.detail.shouldSwap = false;
  heldBack = true;
});
function letGo() {
  if (!heldBack || isCareful(document)) return;
  heldBack = false;
  tell("entry");
}
document.addEventListener("toggle", letGo, true);
document.addEventListener("input", letGo);

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

for (const hint of document.querySelectorAll("[data-news]")) {
  document.body.addEventListener("gongguan:entry", () => { hint.hidden = false; });
}
// What was just done is said at the top; after a minute it is news no more, and the page may show something newer.
const TOLD_MS = 60000;
for (const told of document.querySelectorAll("[data-told]")) setTimeout(() => told.remove(), TOLD_MS);
if (location.search.includes("told=")) {
  const address = new URL(location);
  address.searchParams.delete("told");
  history.replaceState(history.state, "", address);
}

// Something was being made, and now it is: it comes by itself.
document.addEventListener("htmx:afterSwap", () => {
  const ready = document.querySelector("[data-go-now]");
  if (ready) { ready.removeAttribute("data-go-now"); location.assign(ready.href); }
});
