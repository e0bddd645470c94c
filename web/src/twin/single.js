// The functions of recurrent layers: those of kernel/recurrent.go and kernel/bernoulli.go, in float32
// with fused multiply-adds.

import { fma } from './fma.js';

const round = Math.fround;

const [c0, c1, c2, c3, c4] = [0.49999994, 0.16666517, 0.041668102, 0.0083691925, 0.0013838903].map(round);
const magic = 3 * 2 ** 22; // where a float32 has no fraction: adding rounds
const log2E = round(Math.LOG2E);
const ln2High = 0.693359375;
const ln2Low = round(Math.LN2 - 0.693359375);
const certain = 32;

/** n of x = n ln 2 + r, and then eʳ − 1. */
let whole = 0;

function reduce(x) {
  whole = round(fma(x, log2E, magic) - magic);
  const r = fma(whole, -ln2Low, fma(whole, -ln2High, x));
  const r2 = round(r * r);
  const q = fma(r2, fma(r2, c4, fma(r, c3, c2)), fma(r, c1, c0));
  return fma(r2, q, r);
}

/** eˣ for x ≤ 0, and 0 for x < −certain. */
function exp(x) {
  if (x < -certain) return 0;
  const u = reduce(x);
  return round(u + 1) * 2 ** whole;
}

export function sigmoid(x) {
  if (x !== x) return x;
  const e = exp(-Math.abs(x));
  return round((x < 0 ? e : 1) / round(e + 1));
}

export function tanh(x) {
  if (x !== x) return x;
  const a = -Math.abs(x);
  const u = reduce(Math.max(a + a, -certain));
  const two = 2 ** whole;
  const e = fma(two, u, round(two - 1));
  const y = Math.abs(round(e / round(e + 2)));
  return x < 0 || Object.is(x, -0) ? -y : y;
}

/** x, and 0 if x is subnormal. */
export function flush(x) {
  return x > -(2 ** -126) && x < 2 ** -126 ? 0 : x;
}
