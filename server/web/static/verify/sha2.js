// SHA-256 and SHA-512 (FIPS 180-4). A browser locks its own where a page came over plain HTTP, and receipts are checked
// there too. Slow and plain: what is hashed is short, and none of it is secret.
"use strict";
const [sha256, sha512] = (() => {
  const KINDS = [
    { bits: 32, rounds: 64, sums: [[2, 13, 22], [6, 11, 25]], schedule: [[7, 18, 3], [17, 19, 10]] },
    { bits: 64, rounds: 80, sums: [[28, 34, 39], [14, 18, 41]], schedule: [[1, 8, 7], [19, 61, 6]] },
  ];
  const ROOT_BITS = 72n; // More than any root that is taken below has.

  const isPrime = (number) => Array.from({ length: number - 2 }, (_, at) => at + 2).every((each) => number % each);
  const primes = Array.from({ length: 410 }, (_, at) => at).filter((each) => each > 1 && isPrime(each)).map(BigInt);

  function rootOf(value, power) {
    let root = 0n;
    for (let bit = 1n << ROOT_BITS; bit; bit >>= 1n) if ((root | bit) ** power <= value) root |= bit;
    return root;
  }

  function hasher({ bits, rounds, sums, schedule }) {
    const [width, bytes] = [BigInt(bits), bits / 8];
    const cut = (word) => BigInt.asUintN(bits, word);
    const fraction = (prime, power) => cut(rootOf(prime << (power * width), power));
    const start = primes.slice(0, 8).map((prime) => fraction(prime, 2n));
    const constants = primes.slice(0, rounds).map((prime) => fraction(prime, 3n));
    const turned = (word, by) => (word >> BigInt(by)) | cut(word << (width - BigInt(by)));
    const summed = (word, [one, two, three]) => turned(word, one) ^ turned(word, two) ^ turned(word, three);
    const spread = (word, [one, two, shift]) => turned(word, one) ^ turned(word, two) ^ (word >> BigInt(shift));

    function wordsOf(block) {
      const words = Array.from({ length: 16 }, (_, at) => {
        return block.slice(at * bytes, (at + 1) * bytes).reduce((word, byte) => (word << 8n) | BigInt(byte), 0n);
      });
      for (let at = 16; at < rounds; at += 1) {
        const [near, far] = [spread(words[at - 15], schedule[0]), spread(words[at - 2], schedule[1])];
        words.push(cut(words[at - 16] + near + words[at - 7] + far));
      }
      return words;
    }

    function pressed(state, block) {
      let [a, b, c, d, e, f, g, h] = state;
      wordsOf(block).forEach((word, at) => {
        const one = h + summed(e, sums[1]) + ((e & f) ^ (~e & g)) + constants[at] + word;
        const two = summed(a, sums[0]) + ((a & b) ^ (a & c) ^ (b & c));
        [a, b, c, d, e, f, g, h] = [cut(one + two), a, b, c, cut(d + one), e, f, g];
      });
      return [a, b, c, d, e, f, g, h].map((word, at) => cut(state[at] + word));
    }

    function padded(message) {
      const block = 16 * bytes;
      const whole = new Uint8Array(Math.ceil((message.length + 1 + 2 * bytes) / block) * block);
      whole.set(message);
      whole[message.length] = 0x80;
      new DataView(whole.buffer).setBigUint64(whole.length - 8, BigInt(message.length) * 8n);
      return Array.from({ length: whole.length / block }, (_, at) => whole.slice(at * block, (at + 1) * block));
    }

    return (message) => {
      const state = padded(message).reduce(pressed, start);
      return Uint8Array.from(state.flatMap((word) => {
        return Array.from({ length: bytes }, (_, at) => Number((word >> BigInt(bits - 8 * (at + 1))) & 255n));
      }));
    };
  }

  return KINDS.map(hasher);
})();
