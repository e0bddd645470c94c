// Operations value by value: kernel/unary.go and kernel/binary.go. What is stored in an array of
// float32s is rounded by that.

import { cos, erf, exp, expm1, log, sigmoid, sin, softplus, tanh } from './elementary.js';

const round = Math.fround;

const functions = { cos, erf, exp, log, sigmoid, sin, softplus, tanh };

/** An elementary function, computed in doubles. */
export function planFunction({ op, out, in: [x] }) {
  const f = functions[op];
  return () => {
    for (let i = 0; i < out.length; i++) out[i] = f(x[i]);
  };
}

export function planExpBounded({ out, in: [x], attrs: { bound } }) {
  const top = exp(bound);
  return () => {
    for (let i = 0; i < out.length; i++) {
      const v = x[i];
      out[i] = v > bound ? top * (v + 1 - bound) : exp(v);
    }
  };
}

export function planELU({ out, in: [x], attrs: { alpha } }) {
  return () => {
    for (let i = 0; i < out.length; i++) {
      const v = x[i];
      out[i] = v > 0 ? v : alpha * expm1(v);
    }
  };
}

export function planReLU({ out, in: [x] }) {
  return () => {
    for (let i = 0; i < out.length; i++) {
      const v = x[i];
      out[i] = v > 0 ? v : v < 0 ? 0 : v + 0;
    }
  };
}

export function planLeakyReLU({ out, in: [x], attrs: { slope } }) {
  return () => {
    for (let i = 0; i < out.length; i++) {
      const v = x[i];
      out[i] = v > 0 ? v : v * slope;
    }
  };
}

export function planSqrt({ out, in: [x] }) {
  return () => {
    for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(x[i]);
  };
}

export function planSquare({ out, in: [x] }) {
  return () => {
    for (let i = 0; i < out.length; i++) out[i] = x[i] * x[i];
  };
}

export function planReciprocal({ out, in: [x] }) {
  return () => {
    for (let i = 0; i < out.length; i++) out[i] = 1 / x[i];
  };
}

export function planScale({ out, in: [x], attrs: { c } }) {
  return () => {
    for (let i = 0; i < out.length; i++) out[i] = c * x[i];
  };
}

export function planAddScalar({ out, in: [x], attrs: { c } }) {
  return () => {
    for (let i = 0; i < out.length; i++) out[i] = x[i] + c;
  };
}

export function planClamp({ out, in: [x], attrs: { lo, hi } }) {
  return () => {
    for (let i = 0; i < out.length; i++) out[i] = Math.max(lo, Math.min(hi, x[i]));
  };
}

export function planAdd({ out, in: [a, b] }) {
  return () => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] + b[i];
  };
}

export function planSub({ out, in: [a, b] }) {
  return () => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] - b[i];
  };
}

export function planMul({ out, in: [a, b] }) {
  return () => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i];
  };
}

export function planDiv({ out, in: [a, b] }) {
  return () => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] / b[i];
  };
}

export function planMax({ out, in: [a, b] }) {
  return () => {
    for (let i = 0; i < out.length; i++) out[i] = Math.max(a[i], b[i]);
  };
}

export function planMin({ out, in: [a, b] }) {
  return () => {
    for (let i = 0; i < out.length; i++) out[i] = Math.min(a[i], b[i]);
  };
}

/** (x − mean)·factor + bias of each row of matrices, each operation rounded. */
export function planNormalise({ out, shapes, in: [x, mean, factor, bias] }) {
  const n = shapes[1][shapes[1].length - 1];
  const rows = out.length / mean.length;
  return () => normalise(out, x, mean, factor, bias, n, rows);
}

function normalise(out, x, mean, factor, bias, n, rows) {
  for (let at = 0, v = 0; v < mean.length; v += n) {
    for (let r = 0; r < rows; r++) {
      for (let j = v; j < v + n; j++, at++) {
        out[at] = round(round(x[at] - mean[j]) * factor[j]) + bias[j];
      }
    }
  }
}
