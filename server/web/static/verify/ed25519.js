// Whether an Ed25519 signature is right (RFC 8032), by arithmetic alone. Only public numbers pass through here, so
// nothing is lost by how long a step takes.
const isSignedBy = (() => {
  const P = 2n ** 255n - 19n;
  const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
  const BYTES = 32;
  const mod = (value) => ((value % P) + P) % P;

  function power(base, exponent) {
    let [result, square] = [1n, base];
    for (let rest = exponent; rest; rest >>= 1n) {
      if (rest & 1n) result = (result * square) % P;
      square = (square * square) % P;
    }
    return result;
  }

  const inverse = (value) => power(value, P - 2n);
  const D = mod(-121665n * inverse(121666n));
  const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);
  const numberOf = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

  // A point is X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z.
  function sum([x1, y1, z1, t1], [x2, y2, z2, t2]) {
    const [a, b] = [(y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2)];
    const [c, d] = [((2n * t1 * t2) % P) * D, 2n * z1 * z2];
    const [e, f, g, h] = [mod(b - a), mod(d - c), mod(d + c), mod(b + a)];
    return [(e * f) % P, (g * h) % P, (f * g) % P, (e * h) % P];
  }

  function multiple(point, scalar) {
    let [result, doubled] = [[0n, 1n, 1n, 0n], point];
    for (let rest = scalar; rest; rest >>= 1n) {
      if (rest & 1n) result = sum(result, doubled);
      doubled = sum(doubled, doubled);
    }
    return result;
  }

  function readPoint(bytes) {
    const [sign, y] = [BigInt(bytes[BYTES - 1] >> 7), BigInt.asUintN(255, numberOf(bytes))];
    const [over, under] = [mod(y * y - 1n), mod(D * y * y + 1n)];
    let x = mod(over * power(under, 3n) * power(mod(over * power(under, 7n)), (P - 5n) / 8n));
    const isRoot = () => mod(under * x * x) === over;
    if (!isRoot()) x = mod(x * ROOT_OF_MINUS_ONE);
    if (!isRoot() || y >= P || (x === 0n && sign)) return null;
    if ((x & 1n) !== sign) x = P - x;
    return [x, y, 1n, mod(x * y)];
  }

  function encoded([x, y, z]) {
    const scale = inverse(z);
    const number = mod(y * scale) | ((mod(x * scale) & 1n) << 255n);
    return Uint8Array.from({ length: BYTES }, (_, at) => Number((number >> BigInt(8 * at)) & 255n));
  }

  const BASE = readPoint(encoded([0n, 4n, 5n]));

  return (key, message, signature) => {
    const [point, scalar] = [readPoint(key), numberOf(signature.slice(BYTES))];
    if (signature.length !== 2 * BYTES || scalar >= ORDER || !point) return false;
    const nonce = signature.slice(0, BYTES);
    const challenge = numberOf(sha512(Uint8Array.from([...nonce, ...key, ...message]))) % ORDER;
    const negated = [P - point[0], point[1], 1n, P - point[3]];
    const expected = encoded(sum(multiple(BASE, scalar), multiple(negated, challenge)));
    return expected.every((byte, at) => byte === nonce[at]);
  };
})();
