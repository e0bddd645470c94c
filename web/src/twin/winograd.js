// Convolutions with 4×4 taps, a stride of 2 and a border of 1 take fewer multiplications, and add in
// another order than the definition: kernel/winograd.go says how.

import { packed, Terms, rowTimes } from './chains.js';

const round = Math.fround;

/** Whether the program computes a convolution with fewer multiplications. */
export function isWinograd(g) {
  return (
    g.kernelH === 4 && g.kernelW === 4 && g.stride === 2 && g.pad === 1 && g.height % 2 === 0 && g.width % 2 === 0 &&
    g.inputs % 16 === 0 && g.outputs % 16 === 0 && g.outHeight >= 5 && g.outWidth >= 5
  );
}

// What is multiplied along a side of y, of size n: for each pair of pixels of x three differences of
// pixels of y, and y itself for the pixels without a partner. Each meets g₀, g₀ + g₁ or g₁: its factor.

/** The rows of products along a side: their factors, and the phases of x that they are of. */
function side(n) {
  const pairs = Math.floor(n / 2);
  const rows = [];
  for (let i = 0; i < pairs; i++) for (let kind = 0; kind < 3; kind++) rows.push({ factor: kind, even: true, odd: true });
  rows.push({ factor: 2, even: true, odd: false }); // the first even pixel
  if (n % 2 === 1) rows.push({ factor: 0, even: false, odd: true }); // the last odd one
  return { n, pairs, rows };
}

/**
 * The differences of pixels along a side. from has n pixels `apart`, of size values; to has the rows.
 * A pixel behind the last is zero.
 */
function differ(to, toAt, toApart, from, at, apart, s, size) {
  for (let i = 0; i < s.pairs; i++) {
    const a = at + 2 * i * apart;
    const b = a + apart;
    const c = b + apart;
    const t = toAt + 3 * i * toApart;
    const whole = 2 * i + 2 < s.n;
    for (let k = 0; k < size; k++) {
      const middle = from[b + k];
      to[t + k] = from[a + k] - middle;
      to[t + toApart + k] = middle;
      to[t + 2 * toApart + k] = (whole ? from[c + k] : 0) - middle;
    }
  }
  let t = toAt + 3 * s.pairs * toApart;
  for (let k = 0; k < size; k++) to[t + k] = from[at + k];
  if (s.n % 2 === 1) {
    t += toApart;
    const last = at + (s.n - 1) * apart;
    for (let k = 0; k < size; k++) to[t + k] = from[last + k];
  }
}

/**
 * The pixels of a phase along a side of their products: pixel m of n. Even pixels are those from 0 on,
 * odd ones those from 1 to n.
 */
function join(to, toAt, toApart, from, at, apart, s, odd, size) {
  for (let i = 0; i < s.pairs; i++) {
    const a = at + 3 * i * apart;
    const b = a + apart;
    const c = b + apart;
    const t = toAt + (odd ? 2 * i : 2 * i + 1) * toApart;
    for (let k = 0; k < size; k++) to[t + k] = from[a + k] + from[b + k];
    if (odd || 2 * i + 2 < s.n) for (let k = 0; k < size; k++) to[t + toApart + k] = from[b + k] + from[c + k];
  }
  const ends = at + 3 * s.pairs * apart;
  if (!odd) for (let k = 0; k < size; k++) to[toAt + k] = from[ends + k];
  else if (s.n % 2 === 1) {
    const last = toAt + (s.n - 1) * toApart;
    for (let k = 0; k < size; k++) to[last + k] = from[ends + apart + k];
  }
}

/** The panels of the weights of a phase, for each factor along the height and the width. */
function phasePanels(g, w, phaseY, phaseX) {
  const size = g.inputs * g.outputs;
  const place = (phase, i) => 3 - phase - 2 * i;
  const tap = (i, j) => w.subarray((place(phaseY, i) * 4 + place(phaseX, j)) * size).subarray(0, size);
  const sum = (a, b) => a.map((v, i) => round(v + b[i]));
  const panels = [];
  for (let ka = 0; ka < 3; ka++) {
    const row = (j) => (ka === 0 ? tap(0, j) : ka === 2 ? tap(1, j) : sum(tap(0, j), tap(1, j)));
    const [first, second] = [row(0), row(1)];
    for (const factor of [first, sum(first, second), second]) {
      panels.push(packed(factor, 0, g.outputs, g.inputs, true));
    }
  }
  return panels;
}

/** The transposed convolution of y to out. */
export function planWinogradTransposed(g, out, y, w) {
  const down = side(g.outHeight);
  const across = side(g.outWidth);
  const rows = down.rows.length;
  const cols = across.rows.length;
  const phases = [0, 1, 2, 3].map((phase) => ({ y: phase >> 1, x: phase & 1, panels: phasePanels(g, w, phase >> 1, phase & 1) }));
  const lines = new Float32Array(rows * g.outWidth * g.outputs);
  const factors = new Float32Array(rows * cols * g.outputs);
  const products = new Float32Array(rows * cols * g.inputs);
  const joined = new Float32Array(g.outHeight * cols * g.inputs);
  const terms = new Terms(g.outputs);
  const pixel = g.inputs;
  const line = g.width * pixel;
  return () => {
    for (let b = 0; b < g.batch; b++) {
      const from = b * g.outHeight * g.outWidth * g.outputs;
      differ(lines, 0, g.outWidth * g.outputs, y, from, g.outWidth * g.outputs, down, g.outWidth * g.outputs);
      for (let r = 0; r < rows; r++) {
        differ(factors, r * cols * g.outputs, g.outputs, lines, r * g.outWidth * g.outputs, g.outputs, across, g.outputs);
      }
      for (const phase of phases) {
        multiply(products, factors, phase, down.rows, across.rows, terms, g);
        join(joined, 0, cols * pixel, products, 0, cols * pixel, down, phase.y === 1, cols * pixel);
        const first = b * g.height * line + (phase.y * line + phase.x * pixel);
        for (let m = 0; m < g.outHeight; m++) {
          join(out, first + 2 * m * line, 2 * pixel, joined, m * cols * pixel, pixel, across, phase.x === 1, pixel);
        }
      }
    }
  };
}

/** The products of a phase, where it has any. */
function multiply(products, factors, phase, down, across, terms, g) {
  for (let r = 0, at = 0; r < down.length; r++) {
    for (let c = 0; c < across.length; c++, at++) {
      const has = (phase.y ? down[r].odd : down[r].even) && (phase.x ? across[c].odd : across[c].even);
      if (!has) continue;
      const panels = phase.panels[3 * down[r].factor + across[c].factor];
      rowTimes(products, at * g.inputs, factors, at * g.outputs, 1, panels, terms);
    }
  }
}
