// Fused multiply-adds of float32, by arithmetic of doubles.
//
// The product of two float32s is exact in a double. Its sum with a third, rounded to a double and then
// to a float32, is rounded twice, which differs from one rounding only if the first ends in the middle
// between two float32s: see kernel/fma.go.

const round = Math.fround;

/** a·b + c of float32s, rounded once. */
export function fma(a, b, c) {
  const s = a * b + c;
  const r = round(s);
  const d = s - r;
  return round(s + d) === s + d && d !== 0 ? middle(a, b, c, s) : r;
}

const largest = 2 ** 128 - 2 ** 104;

/** a·b + c rounded to a float32, where the double s next to it is in the middle between two. */
export function middle(a, b, c, s) {
  // The error of the sum: Knuth's TwoSum.
  const p = a * b;
  const v = s - p;
  const e = p - (s - v) + (c - v);
  const r = round(s);
  if (e === 0) return r;
  let other = s + (s - r);
  if (r - r !== 0) {
    // Beyond all float32s. Only the middle behind the largest is undecided.
    if (Math.abs(s) !== largest + 2 ** 103) return r;
    other = s < 0 ? -largest : largest;
  }
  return e > 0 === other > r ? other : r;
}
