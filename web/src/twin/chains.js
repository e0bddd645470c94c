// Sums of products, as chains of fused multiply-adds: eight columns side by side, so that a processor
// has something to do while one sum waits for its rounding.
//
// Right operands are packed in panels of eight columns: row k of a panel stands at k·8.

import { middle } from './fma.js';

const round = Math.fround;

/** Columns of a panel. */
export const WIDE = 8;

/** A matrix (depth, columns) in panels, and what the terms of chains need to know of it. */
export class Panels {
  constructor(depth, columns) {
    this.depth = depth;
    this.columns = columns;
    this.values = new Float32Array(Math.ceil(columns / WIDE) * depth * WIDE);
    this.finite = true;
    this.least = Infinity;
  }

  /** Fills row k with the values from `at` on, `apart` from each other. */
  setRow(k, values, at, apart) {
    const size = this.depth * WIDE;
    for (let j = 0; j < this.columns; j++) {
      this.values[Math.floor(j / WIDE) * size + k * WIDE + (j % WIDE)] = values[at + j * apart];
    }
  }

  /** Looks at all values, after they were set. */
  look() {
    let least = Infinity;
    let finite = true;
    for (const v of this.values) {
      const size = Math.abs(v);
      if (size < least && size > 0) least = size;
      if (!(size < Infinity)) finite = false;
    }
    this.least = least;
    this.finite = finite;
    return this;
  }
}

/** The matrix (rows, columns) of values from `at` on in panels, of its transpose if `transposed`. */
export function packed(values, at, depth, columns, transposed) {
  const p = new Panels(depth, columns);
  repack(p, values, at, transposed);
  return p;
}

/** Fills panels again. */
export function repack(p, values, at, transposed) {
  for (let k = 0; k < p.depth; k++) {
    if (transposed) p.setRow(k, values, at + k, p.depth);
    else p.setRow(k, values, at + k * p.columns, 1);
  }
  p.look();
}

/**
 * The factors of a chain, and which rows of the panels they meet.
 *
 * A zero adds nothing to a sum, but where the sum is -0, or the other factor no number. A sum is never
 * -0 if it began with 0 and all products are multiples of 2⁻¹⁴⁹, as those of at least 2⁻¹⁰² are.
 */
export class Terms {
  constructor(most) {
    this.factors = new Float64Array(most);
    this.rows = new Int32Array(most);
    this.count = 0;
  }
}

/**
 * Appends count terms: the values from `at` on, `apart` from each other, which meet the rows of the
 * panels from `row` on. It leaves out zeros if skip, and returns the least of the magnitudes so far.
 */
export function take(terms, x, at, apart, count, row, skip, least) {
  const { factors, rows } = terms;
  let n = terms.count;
  let o = row * WIDE;
  for (let i = 0; i < count; i++, at += apart, o += WIDE) {
    const v = x[at];
    if (v === 0) {
      if (skip) continue;
    } else {
      const size = v < 0 ? -v : v;
      if (size < least) least = size;
    }
    factors[n] = v;
    rows[n] = o;
    n++;
  }
  terms.count = n;
  return least;
}

/** The least product of terms with panels such that zeros may be left out. */
export const leastProduct = 2 ** -102;

/**
 * Columns of out, from `at` on, become the chains of the terms over the panels. They begin with 0, or
 * with what out has if add.
 */
export function chains(out, at, terms, panels, add) {
  const a = terms.factors;
  const rows = terms.rows;
  const count = terms.count;
  const w = panels.values;
  const n = panels.columns;
  const size = panels.depth * WIDE;
  let base = 0;
  for (let j = 0; j < n; j += WIDE, base += size) {
    const to = at + j;
    const width = n - j;
    let c0 = 0;
    let c1 = 0;
    let c2 = 0;
    let c3 = 0;
    let c4 = 0;
    let c5 = 0;
    let c6 = 0;
    let c7 = 0;
    if (add) {
      c0 = out[to];
      if (width > 1) c1 = out[to + 1];
      if (width > 2) c2 = out[to + 2];
      if (width > 3) c3 = out[to + 3];
      if (width > 4) c4 = out[to + 4];
      if (width > 5) c5 = out[to + 5];
      if (width > 6) c6 = out[to + 6];
      if (width > 7) c7 = out[to + 7];
    }
    let s = 0;
    let r = 0;
    let d = 0;
    for (let i = 0; i < count; i++) {
      const x = a[i];
      const o = base + rows[i];
      s = x * w[o] + c0;
      r = round(s);
      d = s - r;
      if (round(s + d) === s + d && d !== 0) r = middle(x, w[o], c0, s);
      c0 = r;
      s = x * w[o + 1] + c1;
      r = round(s);
      d = s - r;
      if (round(s + d) === s + d && d !== 0) r = middle(x, w[o + 1], c1, s);
      c1 = r;
      s = x * w[o + 2] + c2;
      r = round(s);
      d = s - r;
      if (round(s + d) === s + d && d !== 0) r = middle(x, w[o + 2], c2, s);
      c2 = r;
      s = x * w[o + 3] + c3;
      r = round(s);
      d = s - r;
      if (round(s + d) === s + d && d !== 0) r = middle(x, w[o + 3], c3, s);
      c3 = r;
      s = x * w[o + 4] + c4;
      r = round(s);
      d = s - r;
      if (round(s + d) === s + d && d !== 0) r = middle(x, w[o + 4], c4, s);
      c4 = r;
      s = x * w[o + 5] + c5;
      r = round(s);
      d = s - r;
      if (round(s + d) === s + d && d !== 0) r = middle(x, w[o + 5], c5, s);
      c5 = r;
      s = x * w[o + 6] + c6;
      r = round(s);
      d = s - r;
      if (round(s + d) === s + d && d !== 0) r = middle(x, w[o + 6], c6, s);
      c6 = r;
      s = x * w[o + 7] + c7;
      r = round(s);
      d = s - r;
      if (round(s + d) === s + d && d !== 0) r = middle(x, w[o + 7], c7, s);
      c7 = r;
    }
    out[to] = c0;
    if (width > 1) out[to + 1] = c1;
    if (width > 2) out[to + 2] = c2;
    if (width > 3) out[to + 3] = c3;
    if (width > 4) out[to + 4] = c4;
    if (width > 5) out[to + 5] = c5;
    if (width > 6) out[to + 6] = c6;
    if (width > 7) out[to + 7] = c7;
  }
}

/** One row of op(A), of depth values `apart` from each other, times panels. */
export function rowTimes(out, to, x, at, apart, panels, terms) {
  terms.count = 0;
  const least = take(terms, x, at, apart, panels.depth, 0, panels.finite, Infinity);
  if (terms.count < panels.depth && least * panels.least < leastProduct) {
    terms.count = 0;
    take(terms, x, at, apart, panels.depth, 0, false, Infinity);
  }
  chains(out, to, terms, panels, false);
}
