// The log's tree: what inclusion and consistency proofs prove (RFC 9162, 2.1.3.2 and 2.1.4.2).
const isSame = (one, other) => one.length === other.length && one.every((each, at) => each === other[at]);

const [leafHash, isIncluded, isContinued] = (() => {
  const leaf = (entry) => sha256(Uint8Array.from([0, ...entry]));
  const node = (left, right) => sha256(Uint8Array.from([1, ...left, ...right]));
  const half = (value) => Math.floor(value / 2); // Beyond 32 bits `>> 1` would cut.

  // Leads hashes up from place `at` of a level whose last place is `last`; false where the siblings are too few or many.
  // Siblings to the right join the hashes from `grown` on: the others are of a tree that ended here.
  function climb(at, last, siblings, hashes, grown) {
    let climbed = hashes;
    for (const sibling of siblings) {
      if (last === 0) return false;
      if (at % 2 || at === last) {
        climbed = climbed.map((hash) => node(sibling, hash));
        while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
      } else {
        climbed = climbed.map((hash, nth) => (nth >= grown ? node(hash, sibling) : hash));
      }
      [at, last] = [half(at), half(last)];
    }
    return last === 0 && climbed;
  }

  function included(hash, index, size, path, root) {
    const climbed = index < size && climb(index, size - 1, path, [hash], 0);
    return climbed && isSame(climbed[0], root);
  }

  function continued(before, now, proof) {
    if (before.size === now.size) return !proof.length && isSame(before.root, now.root);
    let [at, last] = [before.size - 1, now.size - 1];
    while (at % 2) [at, last] = [half(at), half(last)];
    // A tree that is a power of two is a node of the later one, and so begins the proof itself.
    const [start, ...rest] = at === 0 ? [before.root, ...proof] : proof;
    const climbed = start && climb(at, last, rest, [start, start], 1);
    return climbed && isSame(climbed[0], before.root) && isSame(climbed[1], now.root);
  }

  return [leaf, included, continued];
})();
