"use strict";

const sections = new Map([...document.querySelectorAll("section")].map((each) => [each.dataset.cabinet, each]));
const hand = document.getElementById("hand");
const said = document.getElementById("said");
let chosen = null;

function word(door) {
  const words = [door.is_open ? "开着" : "关着"];
  if (door.is_jammed) words.push("卡住");
  if (door.is_emptied) words.push("已取空");
  return words.join(" ");
}

function buildSection(section, doors) {
  const head = document.createElement("div");
  head.className = "head";
  const title = document.createElement("h2");
  title.textContent = section.dataset.cabinet;
  const line = document.createElement("button");
  line.className = "line";
  line.addEventListener("click", () => act(line.classList.contains("cut") ? "mend" : "cut", section.dataset.line));
  head.append(title, line);
  const grid = document.createElement("div");
  grid.className = "doors";
  for (const door of doors) {
    const button = document.createElement("button");
    button.className = "door";
    button.dataset.place = door.place;
    button.append(document.createElement("b"), document.createElement("span"));
    button.addEventListener("click", () => choose(door.place));
    grid.append(button);
  }
  section.append(head, grid);
}

function show(view) {
  const byCabinet = Map.groupBy ? Map.groupBy(view.doors, (door) => door.place.split("/")[0]) : group(view.doors);
  for (const [cabinet, doors] of byCabinet) {
    const section = sections.get(cabinet);
    if (!section.children.length) buildSection(section, doors);
    for (const door of doors) {
      const button = section.querySelector(`[data-place="${door.place}"]`);
      button.classList.toggle("open", door.is_open);
      button.classList.toggle("jammed", door.is_jammed);
      button.setAttribute("aria-pressed", String(door.place === chosen));
      button.children[0].textContent = door.place.split("/")[1];
      button.children[1].textContent = word(door);
    }
    const line = section.querySelector(".line");
    const isCut = view.cut_lines.includes(section.dataset.line);
    line.classList.toggle("cut", isCut);
    line.textContent = isCut ? "接好线路" : "剪断线路";
  }
  if (view.said) said.textContent = view.said;
}

function group(doors) {
  const groups = new Map();
  for (const door of doors) {
    const cabinet = door.place.split("/")[0];
    groups.set(cabinet, [...(groups.get(cabinet) || []), door]);
  }
  return groups;
}

function choose(place) {
  chosen = place;
  hand.hidden = false;
  document.getElementById("hand-title").textContent = `${place} 号格口`;
  refresh();
}

async function act(deed, target) {
  const answer = await fetch("/demo/hardware/deeds", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ deed, target }),
  });
  if (answer.ok) show(await answer.json());
}

async function refresh() {
  try {
    const answer = await fetch("/demo/hardware/state");
    if (answer.ok) show(await answer.json());
  } catch {
    said.textContent = "演示已停止。";
  }
}

for (const button of hand.querySelectorAll("button")) {
  button.addEventListener("click", () => chosen && act(button.dataset.deed, chosen));
}
refresh();
setInterval(refresh, 500);
