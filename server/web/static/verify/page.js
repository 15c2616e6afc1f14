// Checks a receipt, and says in words what it found. This page works without a network too: then it says what it could
// not look up. What was scanned stands behind the `#` of the address, which a browser sends to nobody.
(() => {
  const known = JSON.parse(document.getElementById("known").textContent);
  const SECONDS_MAX = 2 ** 37;
  const CHINA_MS = 8 * 3_600_000;
  const PARTS = "gongguan-parts";

  // --- the signatures of the log and of its witnesses ---
  // The log's keys, newest first: each names the next, and signs heads of the sizes `since` to `ended` (null: for now).
  const [newest] = known.keys;
  const counts = (key, size) => key.since <= size && (key.ended === null || size <= key.ended);
  const headOf = (size, root) => `${newest.name}\n${size}\n${toBase64(root)}\n`;
  const isSigned = (key, message, signature) => isSignedBy(fromBase64(key.public), utf8(message), signature);
  const isKeyOf = (key, name, id) => key.name === name && isSame(fromBase64(key.id), id);

  function readHead(note) {
    const [head, lines] = note.split("\n\n");
    const [size, root] = [Number(head.split("\n")[1]), fromBase64(head.split("\n")[2])];
    const signed = lines.split("\n").map((each) => each.split(" ")).filter((each) => each.length === 3);
    const isHead = (key) => counts(key, size) && signed.some(([, name, encoded]) => {
      const value = fromBase64(encoded);
      return isKeyOf(key, name, value.slice(0, 4)) && isSigned(key, headOf(size, root), value.slice(4));
    });
    return known.keys.some(isHead) ? { size, root } : null;
  }

  // Who saw the receipt's head and when, in words; `witness` is whose cosignature is wrong.
  function witnessed(receipt) {
    const [seen, falsely] = [[], []];
    for (const { name, keyId, seconds, signature } of receipt.cosignatures) {
      const key = known.witnesses.find((each) => isKeyOf(each, name, keyId));
      if (!key) continue;
      const message = `cosignature/v1\ntime ${seconds}\n${headOf(receipt.size, receipt.root)}`;
      if (seconds > SECONDS_MAX || !isSigned(key, message, signature)) falsely.push(name);
      else seen.push(`${name}（${new Date(seconds * 1000 + CHINA_MS).toISOString().slice(0, 19).replace("T", " ")}）`);
    }
    return { seen: seen.join("；"), witness: falsely.join("、") };
  }

  // --- what is said of it ---
  async function judge(scanned) {
    const receipt = readReceipt(scanned);
    if (!receipt) return { said: ["malformed"], verdict: "wrong" };
    if (receipt.missing) return { ...receipt, said: ["parts_missing"], verdict: "open" };
    const found = { ...receipt, receipt, verdict: "wrong" };
    const key = known.keys.find((each) => isSame(receipt.keyId, fromBase64(each.id)));
    if (!key) return { ...found, said: ["other_log"] };
    const head = headOf(receipt.size, receipt.root);
    const isOurs = receipt.index < receipt.size && isSigned(key, head, receipt.signature);
    if (!isOurs) return { ...found, said: ["forged"] };
    if (!counts(key, receipt.size)) return { ...found, said: ["key_over"] };
    if (!receipt.path) return { ...found, ...(await held(receipt, ["signed"])) };
    if (!isIncluded(receipt.leaf, receipt.index, receipt.size, receipt.path, receipt.root)) {
      return { ...found, said: ["signed", "not_proven"] };
    }
    const witnesses = witnessed(receipt);
    if (witnesses.witness) return { ...found, ...witnesses, said: ["signed", "proven", "falsely_seen"] };
    const said = ["signed", "proven", witnesses.seen ? "seen" : "unseen"];
    return { ...found, ...witnesses, ...(await held(receipt, said)) };
  }

  async function held(receipt, said) {
    const shown = await look(receipt);
    if (!shown) return { said: [...said, "not_looked"], verdict: receipt.path ? "right" : "open" };
    try {
      return against(receipt, said, shown);
    } catch {
      return { said: [...said, "damaged"], verdict: "open" }; // What came is no evidence of anything.
    }
  }

  function against(receipt, said, shown) {
    const now = readHead(shown.checkpoint);
    if (!now) return { said: [...said, "unsigned_now"], verdict: "wrong" };
    if (now.size < receipt.size) return { said: [...said, "shrunk"], verdict: "wrong", now: now.size };
    const stands = isSame(leafHash(utf8(shown.entry)), receipt.leaf)
      && isIncluded(receipt.leaf, receipt.index, now.size, shown.inclusion.map(fromBase64), now.root)
      && isContinued(receipt, now, shown.consistency.map(fromBase64));
    if (!stands) return { said: [...said, "rewritten"], verdict: "wrong" };
    const { at } = JSON.parse(shown.entry.split("\n")[1]);
    return { said: [...said, "stands"], verdict: "right", now: now.size, at: at.slice(0, 19).replace("T", " "), title: shown.title };
  }

  async function look(receipt) {
    if (!location.protocol.startsWith("http")) return null;
    try {
      const answer = await fetch(`/verify/evidence?index=${receipt.index}&size=${receipt.size}`);
      if (answer.status === 409 || answer.status >= 500) return {}; // Its files are damaged, or it is.
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  // --- the page ---
  const field = (id) => document.getElementById(id);

  const fill = (sentence, found) => sentence.replace(/\{(\w+)\}/g, (_, name) => found[name]);

  function show(found) {
    const result = field("result");
    result.className = found.verdict;
    field("verdict").textContent = known.verdicts[found.verdict];
    field("said").replaceChildren(...found.said.map((each) => {
      const line = document.createElement("p");
      line.textContent = fill(known.sentences[each], found);
      return line;
    }));
    field("figures").hidden = !found.receipt;
    for (const name of ["index", "size"]) field(name).textContent = found.receipt ? found.receipt[name] : "";
    field("at").textContent = found.at ?? "–";
    result.hidden = false;
  }

  async function check() {
    const scanned = field("code").value.trim();
    if (scanned) show(await judge(scanned));
  }

  // Each code of a whole proof is scanned by itself and opens this page anew: what came before it is kept here.
  function withEarlierParts(scanned) {
    const [tag] = scanned.match(/~[\w-]{6}\./) ?? [];
    try {
      const before = tag ? localStorage.getItem(PARTS) ?? "" : "";
      if (before.includes(scanned)) return before;
      const all = tag && before.includes(tag) ? `${before}\n${scanned}` : scanned;
      if (tag) localStorage.setItem(PARTS, all);
      return all;
    } catch {
      return scanned; // A browser that keeps nothing for this page: the parts are pasted together.
    }
  }

  function arrive() {
    if (location.hash.length < 2) return;
    field("code").value = withEarlierParts(location.hash.slice(1));
    check();
  }

  field("form").addEventListener("submit", (event) => {
    event.preventDefault();
    check();
  });
  field("unable").hidden = true; // Nothing before this line was more than the browser can do.
  field("save").hidden = !location.protocol.startsWith("http"); // It is the saved file already.
  addEventListener("hashchange", arrive);
  arrive();
})();
