"use strict";
// The kiosk's page: shows the screens that come over the event stream, sends touches, cards and PINs back.

const PIN_DIGITS = 6;
const COUNT_DIGITS = 3;
const PHOTO_QUALITY = 0.8;
const CARD_DIGITS = 10;
const CARD_PAUSE_MS = 500; // a reader types faster than this, a person hardly
const IDLE_NOTICE_MS = 15000;
const LOST_AFTER_MS = 2500;
const PARTS = ["top", "main", "side", "bottom"];

const body = document.body;
const idleNotice = document.getElementById("idle");
const lostNotice = document.getElementById("lost");
let version = Number(body.dataset.version);
let serial = Number(body.dataset.serial);
let screen = body.dataset.screen;
let idleAt = null;
let digits = "";
let waitUntil = 0;
let typed = "";
let cardAt = -Infinity;
let typedAt = 0;
let lostTimer = null;
let camera = null;
const shown = Object.fromEntries(PARTS.map((part) => [part, null]));

function show(drawn) {
  if (drawn.version <= version) return; // an answer that a later screen has overtaken
  version = drawn.version;
  const isNew = drawn.serial !== serial || drawn.name !== screen;
  serial = drawn.serial;
  screen = drawn.name;
  const scrolledTo = isNew ? 0 : document.querySelector(".scrolls")?.scrollTop ?? 0;
  for (const part of PARTS) {
    if (shown[part] !== drawn.parts[part]) {
      document.getElementById(part).innerHTML = drawn.parts[part];
      shown[part] = drawn.parts[part];
    }
  }
  const list = document.querySelector(".scrolls");
  if (list) list.scrollTop = scrolledTo;
  document.title = drawn.title;
  body.dataset.screen = drawn.name;
  setIdle(drawn.idle_ms);
  arrange(isNew);
}

function arrange(isNew) {
  if (isNew) {
    digits = "";
    document.querySelector("#main h1")?.focus({ preventScroll: true });
  }
  const pin = document.querySelector(".pin");
  if (pin) {
    if (pin.dataset.busy || pin.dataset.waitS !== "0") digits = "";
    waitUntil = performance.now() + Number(pin.dataset.waitS) * 1000;
    drawPin(pin);
  }
  const count = document.querySelector(".count");
  if (count) drawCount(count);
  watchCamera(document.querySelector("[data-camera]"));
  document.querySelectorAll(".scrolls").forEach(hintAtMore);
  const resting = document.querySelector("[data-rest-ms]");
  if (resting && Number(resting.dataset.restMs) > 0) {
    resting.disabled = true;
    setTimeout(() => { resting.disabled = false; }, Number(resting.dataset.restMs));
  }
}

function hintAtMore(list) {
  list.toggleAttribute("data-more", list.scrollHeight - list.scrollTop - list.clientHeight > 8);
}

function setIdle(idleMs) {
  idleAt = idleMs === null ? null : performance.now() + idleMs;
  if (idleAt === null || idleMs > IDLE_NOTICE_MS) closeNotice(idleNotice);
}

function closeNotice(notice) {
  if (notice.open) notice.close();
}

function drawPin(pin) {
  const isLocked = Boolean(pin.dataset.busy) || performance.now() < waitUntil;
  pin.querySelectorAll(".dots span").forEach((dot, index) => dot.classList.toggle("on", index < digits.length));
  pin.querySelector(".dots").setAttribute("aria-label", `密码共六位，已按 ${digits.length} 位`);
  pin.querySelectorAll("[data-digit]").forEach((key) => { key.disabled = isLocked; });
  const countdown = pin.querySelector("[data-countdown]");
  if (countdown) countdown.textContent = Math.max(1, Math.ceil((waitUntil - performance.now()) / 1000));
}

// The camera runs only while its screen is shown; a hall without one goes on without.
async function watchCamera(video) {
  if (!video || video.srcObject) {
    if (!video) stopCamera();
    return;
  }
  stopCamera();
  try {
    camera = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 720 } } });
    video.srcObject = camera;
    await video.play();
    if (!video.isConnected) stopCamera();
    else document.querySelector("[data-shoot]").disabled = false;
  } catch {
    video.hidden = true;
    document.querySelector("[data-no-camera]")?.removeAttribute("hidden");
  }
}

function stopCamera() {
  camera?.getTracks().forEach((track) => track.stop());
  camera = null;
}

function shoot(key) {
  const video = document.querySelector("[data-camera]");
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  key.disabled = true;
  canvas.toBlob((photo) => sendPhoto(photo).finally(() => { key.disabled = false; }), "image/jpeg", PHOTO_QUALITY);
}

async function sendPhoto(photo) {
  try {
    const answer = await fetch("/photo", { method: "POST", headers: { "content-type": "image/jpeg" }, body: photo });
    if (answer.ok) show(await answer.json());
  } catch {
    lost();
  }
}

function drawCount(count) {
  count.querySelector("[data-counted]").textContent = digits;
  const key = count.querySelector("[data-touch]");
  key.dataset.subject = digits;
  key.disabled = digits === "";
}

function pressDigit(digit) {
  const count = document.querySelector(".count");
  const digitsMax = count ? COUNT_DIGITS : PIN_DIGITS;
  if (digit === "clear") digits = "";
  else if (digit === "erase") digits = digits.slice(0, -1);
  else if (digits.length < digitsMax) digits += digit;
  if (count) {
    drawCount(count);
    return;
  }
  drawPin(document.querySelector(".pin"));
  if (digits.length === PIN_DIGITS) {
    const entered = digits;
    digits = "";
    send("/pin", { digits: entered });
  }
}

async function send(path, fields) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fields),
    });
    if (answer.ok) show(await answer.json());
  } catch {
    lost();
  }
}

function touch(key) {
  if (key.hasAttribute("aria-busy")) return;
  key.setAttribute("aria-busy", "true");
  const { touch: name, subject, kind } = key.dataset;
  send("/touch", { serial, touch: name, subject, kind }).finally(() => key.removeAttribute("aria-busy"));
}

document.addEventListener("click", (event) => {
  const key = event.target.closest("button");
  if (!key || key.disabled) return;
  if (key.dataset.digit) pressDigit(key.dataset.digit);
  else if (key.hasAttribute("data-shoot")) shoot(key);
  else if (key.dataset.card) send("/card", { number: key.dataset.card });
  else if (key.dataset.touch) touch(key);
});

// Card readers type ten digits, most of them with Enter behind, wherever the page is.
document.addEventListener("keydown", (event) => {
  const now = performance.now();
  if (now - typedAt > CARD_PAUSE_MS) typed = "";
  typedAt = now;
  if (/^[0-9]$/.test(event.key)) {
    typed += event.key;
    if (typed.length < CARD_DIGITS) return;
    send("/card", { number: typed });
    typed = "";
    cardAt = now;
  } else if (event.key === "Enter" && now - cardAt < CARD_PAUSE_MS) {
    event.preventDefault(); // it belongs to the card, not to the button that has the focus
  }
});

document.addEventListener("scroll", (event) => {
  if (event.target.classList?.contains("scrolls")) hintAtMore(event.target);
}, { capture: true, passive: true });
document.addEventListener("contextmenu", (event) => event.preventDefault());
idleNotice.addEventListener("cancel", (event) => event.preventDefault());
lostNotice.addEventListener("cancel", (event) => event.preventDefault());

function lost() {
  lostTimer ??= setTimeout(() => { closeNotice(idleNotice); if (!lostNotice.open) lostNotice.showModal(); }, LOST_AFTER_MS);
}

function found() {
  clearTimeout(lostTimer);
  lostTimer = null;
  closeNotice(lostNotice);
}

function listen() {
  const stream = new EventSource("/screens");
  stream.onopen = () => { found(); version = 0; }; // an agent that started again counts from the beginning
  stream.onmessage = (event) => { found(); show(JSON.parse(event.data)); };
  stream.onerror = () => {
    lost();
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, LOST_AFTER_MS);
  };
}

setInterval(() => {
  const pin = document.querySelector(".pin");
  if (pin && waitUntil) {
    if (performance.now() >= waitUntil && pin.dataset.waitS !== "0") pin.dataset.waitS = "0";
    drawPin(pin);
  }
  if (idleAt === null) return;
  const leftMs = idleAt - performance.now();
  if (leftMs <= IDLE_NOTICE_MS && leftMs > 0) {
    document.getElementById("idle-seconds").textContent = Math.ceil(leftMs / 1000);
    if (!idleNotice.open && !lostNotice.open) idleNotice.showModal();
  }
}, 250);

setIdle(body.dataset.idleMs === "" ? null : Number(body.dataset.idleMs));
arrange(true);
listen();
