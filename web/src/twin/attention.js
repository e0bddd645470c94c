// Attention of one more step to those before it: Step in kernel/attention.go.

import { exp } from './elementary.js';
import { fma } from './fma.js';
import { sumLanes } from './rows.js';
import { flush } from './single.js';

const round = Math.fround;

/** Copies a row of a head turned by the angles of its position, times a scale. */
function rotate(to, at, from, first, size, turns, angle, scale) {
  const half = size / 2;
  for (let i = 0; i < half; i++) {
    const x = from[first + i];
    const y = from[first + half + i];
    const c = round(scale * turns[angle + i]);
    const s = round(scale * turns[angle + half + i]);
    to[at + i] = round(x * c) - round(y * s);
    to[at + half + i] = round(y * c) + round(x * s);
  }
}

/** e^(x − largest) over their sum, of the first n values. */
function softmax(x, n) {
  let top = -Infinity;
  for (let i = 0; i < n; i++) if (x[i] > top) top = x[i];
  for (let i = 0; i < n; i++) x[i] = exp(x[i] - top);
  const c = round(1 / sumLanes(x, 0, n));
  for (let i = 0; i < n; i++) x[i] *= c;
}

export function planAttentionStep({ out, shapes, in: [x, keysBefore, valuesBefore, position], attrs, weights }) {
  const [batch, steps, width] = shapes[1];
  const d = width / attrs.heads;
  const turns = weights.subarray(attrs.turns, attrs.turns + steps * d);
  const scale = round(1 / Math.sqrt(d));
  const size = steps * width;
  const y = out.subarray(0, batch * width);
  const keys = out.subarray(batch * width, batch * (width + size));
  const values = out.subarray(batch * (width + size));
  const q = new Float32Array(d);
  const share = new Float32Array(steps);

  /** A head of an example, whose row begins at a place in each array. */
  function head(at, row, query, now, t) {
    rotate(q, 0, x, query, d, turns, t * d, scale);
    rotate(keys, now, x, query + width, d, turns, t * d, 1);
    for (let i = now; i < now + d; i++) keys[i] = flush(keys[i]);
    for (let s = 0, k = row; s <= t; s++, k += width) {
      let sum = 0;
      for (let i = 0; i < d; i++) sum = fma(keys[k + i], q[i], sum);
      share[s] = sum;
    }
    softmax(share, t + 1);
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let s = 0, k = row + i; s <= t; s++, k += width) sum = fma(values[k], share[s], sum);
      y[at + i] = sum;
    }
  }

  return () => {
    const t = position[0];
    keys.set(keysBefore);
    values.set(valuesBefore);
    for (let b = 0; b < batch; b++) {
      const now = b * size + t * width;
      for (let i = 0; i < width; i++) values[now + i] = flush(x[(3 * b + 2) * width + i]);
      for (let at = 0; at < width; at += d) head(b * width + at, b * size + at, 3 * b * width + at, now + at, t);
    }
  };
}
