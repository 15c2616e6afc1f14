// A chooser of files: each file is sent as soon as it is chosen, and its id stands in the form when it has arrived.
"use strict";

function say(chooser, sentence) {
  const place = chooser.querySelector("[data-said]");
  place.textContent = sentence;
  place.hidden = !sentence;
}

function newRow(chooser) {
  const row = chooser.querySelector("template").content.firstElementChild.cloneNode(true);
  chooser.querySelector(".documents").append(row);
  return row;
}

function arrived(row, document_) {
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "attachments", value: document_.id });
  const link = Object.assign(document.createElement("a"), { href: document_.content, target: "_blank", rel: "noopener", textContent: document_.name });
  row.querySelector("progress").remove();
  row.querySelector("[data-name]").replaceWith(field, link);
}

// The phone rings: what was handed in with a draft is kept in this tab beside what was typed, until it is sent.
function keep(form) {
  form.dispatchEvent(new Event("change", { bubbles: true }));
  if (!form.dataset.draft) return;
  const kept = [...form.querySelectorAll("[name=attachments]")].map((field) => {
    const link = field.closest("li").querySelector("a");
    return { kind: field.closest("[data-attach]").dataset.kind, id: field.value, content: link.href, name: link.textContent };
  });
  sessionStorage.setItem(`${form.dataset.draft}-documents`, JSON.stringify(kept));
}
function restore(form) {
  const kept = JSON.parse(sessionStorage.getItem(`${form.dataset.draft}-documents`) || "[]");
  for (const document_ of kept) {
    const chooser = form.querySelector(`[data-attach][data-kind="${document_.kind}"]`);
    if (!chooser) continue;
    arrived(newRow(chooser), document_);
    const fold = chooser.closest("details");
    if (fold) fold.open = true;
  }
  // Not before everything that listens is there.
  if (kept.length) addEventListener("load", () => keep(form), { once: true });
}

function problemOf(request, chooser) {
  try {
    return JSON.parse(request.responseText).detail || chooser.dataset.broken;
  } catch {
    return chooser.dataset.broken;
  }
}

function send(chooser, file) {
  if (file.size > Number(chooser.dataset.sizeMax)) { say(chooser, chooser.dataset.tooLarge); return; }
  const row = newRow(chooser);
  row.querySelector("[data-name]").textContent = file.name;
  const request = new XMLHttpRequest();
  const failed = () => { row.remove(); say(chooser, problemOf(request, chooser)); };
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) row.querySelector("progress").value = (100 * event.loaded) / event.total;
  });
  request.addEventListener("load", () => {
    if (request.status !== 201) { failed(); return; }
    arrived(row, JSON.parse(request.responseText));
    keep(chooser.closest("form"));
  });
  request.addEventListener("error", failed);
  row.querySelector("[data-remove]").addEventListener("click", () => request.abort());
  const about = new URLSearchParams({ cooperative: chooser.dataset.cooperative, name: file.name.slice(-200), kind: chooser.dataset.kind });
  request.open("POST", `${chooser.dataset.attach}?${about}`);
  request.send(file);
}

for (const chooser of document.querySelectorAll("[data-attach]")) {
  const label = chooser.querySelector("[data-choose]");
  const input = label.querySelector("input");
  label.hidden = false;
  input.addEventListener("change", () => {
    say(chooser, "");
    for (const file of input.files) send(chooser, file);
    input.value = "";
  });
  chooser.addEventListener("click", (event) => {
    if (!event.target.matches("[data-remove]")) return;
    const row = event.target.closest("li");
    const field = row.querySelector("input[name=attachments]");
    if (field) fetch(`${chooser.dataset.attach}/${field.value}`, { method: "DELETE" });
    row.remove();
    keep(chooser.closest("form"));
  });
  // Before the form is marked as busy: what is still on its way would be left behind.
  chooser.closest("form").addEventListener("submit", (event) => {
    if (!chooser.querySelector("progress")) return;
    event.preventDefault();
    event.stopPropagation();
    say(chooser, chooser.dataset.unfinished);
  }, { capture: true });
}
for (const form of document.querySelectorAll("form[data-draft]:not([data-answered])")) restore(form);
