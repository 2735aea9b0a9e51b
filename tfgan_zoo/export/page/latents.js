// Latents of seeds, number for number those of TensorFlow's stateless
// random numbers, so that a seed's picture is the same here as everywhere.

// Philox 4x32-10: Salmon et al. 2011, doi:10.1145/2063384.2063405, table 2.
const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57];
const WEYL = [0x9e3779b9, 0xbb67ae85];
const ROUNDS = 10;
// The key by which TensorFlow scrambles a seed.
const SCRAMBLE = [0x3ec8f720, 0x02461e29];
const SMALLEST = Math.fround(1e-7);

function multiply(a, b) {
  const product = BigInt(a) * BigInt(b);
  return [Number(product & 0xffffffffn), Number(product >> 32n)];
}

function philox(counter, key) {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round += 1) {
    const [low0, high0] = multiply(MULTIPLIERS[0], c0);
    const [low1, high1] = multiply(MULTIPLIERS[1], c2);
    [c0, c1, c2, c3] = [
      (high1 ^ c1 ^ k0) >>> 0,
      low1,
      (high0 ^ c3 ^ k1) >>> 0,
      low0,
    ];
    k0 = (k0 + WEYL[0]) >>> 0;
    k1 = (k1 + WEYL[1]) >>> 0;
  }
  return [c0, c1, c2, c3];
}

// [0, 1), from the lower 23 bits.
const unit = (bits) => (bits & 0x7fffff) / 0x800000;

function boxMuller(first, second) {
  const radius = Math.sqrt(-2 * Math.log(Math.max(unit(first), SMALLEST)));
  const angle = 2 * Math.PI * unit(second);
  return [Math.sin(angle) * radius, Math.cos(angle) * radius];
}

// Standard normals of a seed, an integer from 0 to 2^53 - 1.
function normals(seed, size) {
  const words = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
  const mixed = philox([...words, 0, 0], SCRAMBLE);
  const values = new Float32Array(size);
  for (let start = 0, block = 0; start < size; start += 4, block += 1) {
    const bits = philox([block, 0, mixed[2], mixed[3]], [mixed[0], mixed[1]]);
    const four = [
      ...boxMuller(bits[0], bits[1]),
      ...boxMuller(bits[2], bits[3]),
    ];
    values.set(four.slice(0, Math.min(4, size - start)), start);
  }
  return values;
}

// The error function: its power series, and a continued fraction further out.
function erf(x) {
  if (x < 0) return -erf(-x);
  if (x > 5) return 1;
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * sum; n += 1) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = x;
  for (let n = 60; n > 0; n -= 1) fraction = x + n / 2 / fraction;
  return 1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}

// By Newton's method; what it is called with lies well within (-1, 1).
function inverseErf(y) {
  let x = 0;
  for (let step = 0; step < 30; step += 1) {
    const slope = (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
    x -= (erf(x) - y) / slope;
  }
  return x;
}

const TRUNCATED_AT = 2;

const TRANSFORMS = {
  normal: (x) => x,
  uniform: (x) => erf(x / Math.SQRT2),
  truncated: (x) =>
    Math.SQRT2 *
    inverseErf(erf(TRUNCATED_AT / Math.SQRT2) * erf(x / Math.SQRT2)),
};

const FARTHEST = 1 - 1e-6; // of a value between -1 and 1, where normals are not infinite yet
const bounded = (y) => Math.min(FARTHEST, Math.max(-FARTHEST, y));
const INVERSES = {
  normal: (x) => x,
  uniform: (y) => Math.SQRT2 * inverseErf(bounded(y)),
  truncated: (y) =>
    Math.SQRT2 *
    inverseErf(bounded(erf(y / Math.SQRT2) / erf(TRUNCATED_AT / Math.SQRT2))),
  one_hot: (y) => y,
};

// How far a value of a part may be moved.
const REACH = { normal: Infinity, uniform: 1, truncated: TRUNCATED_AT };

// Latents of standard normals, by the parts that model.json lists.
export function fromNormals(values, parts) {
  const latents = new Float32Array(values.length);
  let start = 0;
  for (const { distribution, size } of parts) {
    const part = values.subarray(start, start + size);
    if (distribution === "one_hot") {
      latents[start + part.indexOf(Math.max(...part))] = 1;
    } else {
      latents.set(part.map(TRANSFORMS[distribution]), start);
    }
    start += size;
  }
  return latents;
}

// Normals that make such latents: of values that are off their bounds those nearest by.
// A category is its own normals, as its 1 is the largest.
export function toNormals(latents, parts) {
  const values = new Float32Array(latents.length);
  let start = 0;
  for (const { distribution, size } of parts) {
    values.set(latents.subarray(start, start + size).map(INVERSES[distribution]), start);
    start += size;
  }
  return values;
}

// On the great circle through two vectors of normals: White 2016,
// arXiv:1609.04468, section 2.
export function slerp(from, to, share) {
  const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const cosine = dot(from, to) / Math.sqrt(dot(from, from) * dot(to, to));
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const sine = Math.sin(angle);
  const isLine = sine < 1e-4;
  const before = isLine ? 1 - share : Math.sin((1 - share) * angle) / sine;
  const after = isLine ? share : Math.sin(share * angle) / sine;
  return from.map((value, i) => before * value + after * to[i]);
}

// How far each value may be moved from 0; not at all where nothing moves it.
const reachesOf = (parts) =>
  parts.flatMap(({ distribution, size }) => Array(size).fill(REACH[distribution] ?? 0));

// Keeps values to the bounds of their parts; categories stay what they are.
export function clip(latents, parts) {
  const reaches = reachesOf(parts);
  return latents.map((value, place) => {
    const reach = reaches[place];
    return reach ? Math.min(reach, Math.max(-reach, value)) : value;
  });
}

// Adds offsets, and keeps what they move to its bounds; categories stay what they are.
export function move(latents, offsets, parts) {
  const reaches = reachesOf(parts);
  return latents.map((value, place) => {
    const reach = reaches[place];
    if (!reach || offsets[place] === 0) return value;
    return Math.min(reach, Math.max(-reach, value + offsets[place]));
  });
}

// The normals of a seed, by the input that model.json describes; `share` of the way to
// another seed.
export function normalsOf({ shape: [size] }, seed, { to = seed, share = 0 } = {}) {
  const from = normals(seed, size);
  return share ? slerp(from, normals(to, size), share) : from;
}
