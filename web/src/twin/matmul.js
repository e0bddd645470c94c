// Products of matrices: kernel/matmul.go and kernel/matmuleach.go.

import { Panels, Terms, packed, repack, rowTimes } from './chains.js';

function product(out, to, a, at, b, m, k, transA, terms) {
  for (let i = 0; i < m; i++) {
    if (transA) rowTimes(out, to + i * b.columns, a, at + i, m, b, terms);
    else rowTimes(out, to + i * b.columns, a, at + i * k, 1, b, terms);
  }
}

/** A sum is never -0 in a product that passes over the zeros of an input. */
function positive(out) {
  for (let i = 0; i < out.length; i++) out[i] += 0;
}

export function planMatMul({ out, shape, shapes, in: [a, b], attrs, constant }) {
  const [m, n] = shape;
  const transA = attrs['transpose a'];
  const transB = attrs['transpose b'];
  const k = transA ? shapes[0][0] : shapes[0][1];
  const terms = new Terms(k);
  const panels = constant[1] ? packed(b, 0, k, n, transB) : new Panels(k, n);
  return () => {
    if (!constant[1]) repack(panels, b, 0, transB);
    product(out, 0, a, 0, panels, m, k, transA, terms);
    if (attrs.sparse) positive(out);
  };
}

export function planMatMulEach({ out, shape, shapes, in: [a, b], attrs }) {
  const [batch, m, n] = shape;
  const transA = attrs['transpose a'];
  const transB = attrs['transpose b'];
  const k = transA ? shapes[0][1] : shapes[0][2];
  const terms = new Terms(k);
  const panels = new Panels(k, n);
  return () => {
    for (let i = 0; i < batch; i++) {
      repack(panels, b, i * k * n, transB);
      product(out, i * m * n, a, i * m * k, panels, m, k, transA, terms);
    }
  };
}
