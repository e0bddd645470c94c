// Sums of products, as chains of fused multiply-adds: eight columns side by side, so that a processor
// has something to do while one sum waits for its rounding.
//
// Right operands are packed in panels of eight columns: row k of a panel stands at k·8.
//
// A product of at least 2⁻¹⁰² is a multiple of 2⁻¹⁴⁹: its factors have 24 bits, so that it has 48, and
// the last one is 2⁻¹⁰²⁻⁴⁷ or more. Then a sum below the normal numbers is exact, and none is ever -0
// that began with 0. As a rule all products are that large.

import { middle } from './fma.js';

const round = Math.fround;

/** Columns of a panel. */
const WIDE = 8;

/** From which product on sums are multiples of 2⁻¹⁴⁹, if all products are as large. */
const leastProduct = 2 ** -102;

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
 * The factors of a chain, and which rows of the panels they meet. A zero adds nothing to a sum, but
 * where the sum is -0, or the other factor no finite number.
 */
export class Terms {
  constructor(most) {
    this.factors = new Float64Array(most);
    this.rows = new Int32Array(most);
    this.clear();
  }

  clear() {
    this.count = 0;
    this.taken = 0; // with the zeros that were left out
    this.least = Infinity; // of the magnitudes, but for zeros
  }

  /** Whether zeros could be left out that were left out, in chains over panels. */
  mayLack(panels) {
    return this.count === this.taken || (panels.finite && this.least * panels.least >= leastProduct);
  }
}

/**
 * Appends count terms: the values from `at` on, `apart` from each other, which meet the rows of the
 * panels from `row` on. It leaves out zeros if skip.
 */
export function take(terms, x, at, apart, count, row, skip) {
  const { factors, rows } = terms;
  let n = terms.count;
  let least = terms.least;
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
  terms.taken += count;
  terms.least = least;
}

/** The last 29 bits of doubles that are in the middle between two float32s, at the top of a word. */
const half = 1 << 31;
const sums = new Float64Array(WIDE);
const words = new Int32Array(sums.buffer);

/**
 * Makes a strip of width columns, whose panel begins at base. It reports whether no sum was next to the
 * middle between two float32s; otherwise out is as before.
 *
 * It looks at the bits of sums, which say so of numbers that are not subnormal. Subnormal sums are
 * exact, if all products are multiples of 2⁻¹⁴⁹.
 */
function quick(out, to, width, terms, w, base, add) {
  const a = terms.factors;
  const rows = terms.rows;
  const count = terms.count;
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
  for (let i = 0; i < count; i++) {
    const x = a[i];
    const o = base + rows[i];
    s = x * w[o] + c0;
    sums[0] = s;
    c0 = round(s);
    s = x * w[o + 1] + c1;
    sums[1] = s;
    c1 = round(s);
    s = x * w[o + 2] + c2;
    sums[2] = s;
    c2 = round(s);
    s = x * w[o + 3] + c3;
    sums[3] = s;
    c3 = round(s);
    s = x * w[o + 4] + c4;
    sums[4] = s;
    c4 = round(s);
    s = x * w[o + 5] + c5;
    sums[5] = s;
    c5 = round(s);
    s = x * w[o + 6] + c6;
    sums[6] = s;
    c6 = round(s);
    s = x * w[o + 7] + c7;
    sums[7] = s;
    c7 = round(s);
    if (
      words[0] << 3 === half ||
      words[2] << 3 === half ||
      words[4] << 3 === half ||
      words[6] << 3 === half ||
      words[8] << 3 === half ||
      words[10] << 3 === half ||
      words[12] << 3 === half ||
      words[14] << 3 === half
    ) {
      return false;
    }
  }
  out[to] = c0;
  if (width > 1) out[to + 1] = c1;
  if (width > 2) out[to + 2] = c2;
  if (width > 3) out[to + 3] = c3;
  if (width > 4) out[to + 4] = c4;
  if (width > 5) out[to + 5] = c5;
  if (width > 6) out[to + 6] = c6;
  if (width > 7) out[to + 7] = c7;
  return true;
}

/** Makes a strip as quick does, of any numbers. */
function exact(out, to, width, terms, w, base, add) {
  const a = terms.factors;
  const rows = terms.rows;
  const count = terms.count;
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

/**
 * Columns of out, from `at` on, become the chains of the terms over the panels. They begin with 0, or
 * with what out has if add.
 */
export function chains(out, at, terms, panels, add) {
  const size = panels.depth * WIDE;
  const w = panels.values;
  const n = panels.columns;
  const large = terms.least * panels.least >= leastProduct;
  for (let j = 0, base = 0; j < n; j += WIDE, base += size) {
    if (!large || !quick(out, at + j, n - j, terms, w, base, add)) exact(out, at + j, n - j, terms, w, base, add);
  }
}

/** One row of op(A), of depth values `apart` from each other, times panels. */
export function rowTimes(out, to, x, at, apart, panels, terms) {
  terms.clear();
  take(terms, x, at, apart, panels.depth, 0, true);
  if (!terms.mayLack(panels)) {
    terms.clear();
    take(terms, x, at, apart, panels.depth, 0, false);
  }
  chains(out, to, terms, panels, false);
}
