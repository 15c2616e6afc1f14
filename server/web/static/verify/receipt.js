// Reads what is printed: a receipt, laid out as in firmware_protocol/receipts.py, whole or in parts (receipt_parts.py).
const utf8 = (text) => new TextEncoder().encode(text);
const fromBase64 = (encoded) => Uint8Array.from(atob(encoded), (each) => each.charCodeAt(0));
const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));

const readReceipt = (() => {
  const [PLAIN, FULL, HASH_BYTES, PATH_MAX] = [1, 2, 32, 40];
  const PART = /~([\w-]{6})\.([1-9]\d?)\.([1-9]\d?)\.([\w-]+)/g;
  const urlSafe = (encoded) => encoded.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const number = (bytes) => bytes.reduce((sum, each) => sum * 256 + each, 0);
  const tagOf = (code) => urlSafe(toBase64(sha256(utf8(code)))).slice(0, 6);

  // The code out of what was scanned or pasted; or which of its parts are missing, of how many.
  function wholeOf(scanned) {
    const bare = scanned.replace(/\S*#/g, "").replace(/\s/g, "");
    const parts = [...bare.matchAll(PART)];
    if (!parts.length) return { code: bare };
    const [, tag, , count] = parts[parts.length - 1];
    const ours = parts.filter((each) => each[1] === tag && each[3] === count);
    const pieces = new Map(ours.map((each) => [Number(each[2]), each[4]]));
    const numbers = Array.from({ length: Number(count) }, (_, at) => at + 1);
    const missing = numbers.filter((each) => !pieces.has(each));
    const code = numbers.map((each) => pieces.get(each)).join("");
    return missing.length ? { missing: missing.join("、"), count } : { code: tagOf(code) === tag ? code : "" };
  }

  function parsed(raw) {
    let at = 0;
    const take = (count) => {
      at += count;
      if (at > raw.length) throw new RangeError("cut off");
      return raw.slice(at - count, at);
    };
    const many = (one) => Array.from({ length: take(1)[0] }, one);
    const name = () => new TextDecoder("utf-8", { fatal: true }).decode(take(take(1)[0]));
    const [version, keyId, index, size] = [take(1)[0], take(4), number(take(5)), number(take(5))];
    const receipt = { keyId, index, size, leaf: take(HASH_BYTES), root: take(HASH_BYTES), signature: take(64) };
    if (version === FULL) {
      receipt.path = many(() => take(HASH_BYTES));
      receipt.cosignatures = many(() => ({ name: name(), keyId: take(4), seconds: number(take(8)), signature: take(64) }));
    }
    const fits = version === PLAIN || (version === FULL && receipt.path.length <= PATH_MAX);
    if (!fits || at !== raw.length) throw new RangeError("not a receipt");
    return receipt;
  }

  // A receipt, null for what is none, or `{ missing, count }` while parts of it are missing.
  return (scanned) => {
    const { code, ...rest } = wholeOf(scanned);
    if (rest.missing) return rest;
    try {
      const raw = fromBase64(code.replaceAll("-", "+").replaceAll("_", "/"));
      return urlSafe(toBase64(raw)) === code ? parsed(raw) : null;
    } catch {
      return null;
    }
  };
})();
