// Checks a receipt: the 143 bytes (or more, with its proof) that stand as a code on a printed form, laid out as in
// firmware_protocol/receipts.py. This page works without a network too: then it says what it could not look up. What
// was scanned stands behind the `#` of the address, which a browser sends to nobody.
(() => {
  const known = JSON.parse(document.getElementById("known").textContent);
  const [PLAIN, FULL, PLAIN_BYTES, HASH_BYTES, PATH_MAX] = [1, 2, 143, 32, 40];
  const text = new TextEncoder();

  // --- bytes ---
  const fromBase64 = (encoded) => Uint8Array.from(atob(encoded), (each) => each.charCodeAt(0));
  const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
  const number = (bytes) => bytes.reduce((sum, each) => sum * 256 + each, 0);
  const hashes = (bytes) => Array.from({ length: bytes.length / HASH_BYTES }, (_, at) => bytes.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES));

  function read(scanned) {
    const code = scanned.slice(scanned.lastIndexOf("#") + 1).replace(/\s/g, "");
    let raw;
    try {
      raw = fromBase64(code.replaceAll("-", "+").replaceAll("_", "/"));
    } catch {
      return null;
    }
    const again = toBase64(raw).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    const tail = raw.slice(PLAIN_BYTES);
    const fits = raw[0] === PLAIN ? !tail.length : raw[0] === FULL && tail[0] <= PATH_MAX && tail.length === 1 + tail[0] * HASH_BYTES;
    if (again !== code || raw.length < PLAIN_BYTES || !fits) return null;
    return {
      keyId: raw.slice(1, 5), index: number(raw.slice(5, 10)), size: number(raw.slice(10, 15)),
      leaf: raw.slice(15, 47), root: raw.slice(47, 79), signature: raw.slice(79, PLAIN_BYTES),
      path: raw[0] === FULL ? hashes(tail.slice(1)) : null,
    };
  }

  // --- the log's signature over a checkpoint's three lines ---
  const isSigned = (size, root, signature) => {
    const head = `${known.key.name}\n${size}\n${toBase64(root)}\n`;
    return isSignedBy(fromBase64(known.key.public), text.encode(head), signature);
  };

  function readHead(note) {
    const [head, lines] = note.split("\n\n");
    const [size, root] = [Number(head.split("\n")[1]), fromBase64(head.split("\n")[2])];
    const line = lines.split("\n").map((each) => each.split(" ")).find((each) => {
      return each[1] === known.key.name && isSame(fromBase64(each[2]).slice(0, 4), fromBase64(known.key.id));
    });
    return line && isSigned(size, root, fromBase64(line[2]).slice(4)) ? { size, root } : null;
  }

  // --- what is said of it ---
  async function judge(scanned) {
    const receipt = read(scanned);
    if (!receipt) return { said: ["malformed"], verdict: "wrong" };
    if (!isSame(receipt.keyId, fromBase64(known.key.id))) return { receipt, said: ["other_log"], verdict: "wrong" };
    const isOurs = receipt.index < receipt.size && isSigned(receipt.size, receipt.root, receipt.signature);
    if (!isOurs) return { receipt, said: ["forged"], verdict: "wrong" };
    const said = ["signed"];
    if (receipt.path) {
      if (!isIncluded(receipt.leaf, receipt.index, receipt.size, receipt.path, receipt.root)) {
        return { receipt, said: ["not_proven"], verdict: "wrong" };
      }
      said.push("proven");
    }
    return { receipt, ...(await held(receipt, said)) };
  }

  async function held(receipt, said) {
    const shown = await look(receipt);
    if (!shown) return { said: [...said, "not_looked"], verdict: receipt.path ? "right" : "open" };
    const now = readHead(shown.checkpoint);
    if (!now) return { said: [...said, "unsigned_now"], verdict: "wrong" };
    if (now.size < receipt.size) return { said: [...said, "shrunk"], verdict: "wrong", now: now.size };
    const stands = isSame(leafHash(text.encode(shown.entry)), receipt.leaf)
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
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  // --- the page ---
  const field = (id) => document.getElementById(id);

  function fill(sentence, found) {
    const values = { index: found.receipt?.index, size: found.receipt?.size, now: found.now, at: found.at, title: found.title };
    return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

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

  function arrive() {
    if (location.hash.length < 2) return;
    field("code").value = location.hash.slice(1);
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
