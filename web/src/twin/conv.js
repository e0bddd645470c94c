// Convolutions of pictures (batch, height, width, channels): kernel/conv.go, kernel/convpixels.go and
// kernel/fold.go.

import { Panels, Terms, chains, rowTimes, take } from './chains.js';
import { isWinograd, planWinogradTransposed } from './winograd.js';

/** The geometry of a convolution of pictures x with weights w to pictures y. */
export function geometry(x, w, y, { stride, pad }) {
  return {
    batch: x[0], height: x[1], width: x[2], inputs: x[3],
    kernelH: w[0], kernelW: w[1], outHeight: y[1], outWidth: y[2], outputs: y[3],
    stride, pad,
  };
}

/** Columns of outputs, a row for each tap and input. */
function forwardPanels(g, w) {
  const p = new Panels(g.kernelH * g.kernelW * g.inputs, g.outputs);
  for (let k = 0; k < p.depth; k++) p.setRow(k, w, k * g.outputs, 1);
  return p.look();
}

/** Columns of inputs, a row for each tap and output. */
function adjointPanels(g, w) {
  const p = new Panels(g.kernelH * g.kernelW * g.outputs, g.inputs);
  for (let tap = 0; tap < g.kernelH * g.kernelW; tap++) {
    for (let o = 0; o < g.outputs; o++) p.setRow(tap * g.outputs + o, w, tap * g.inputs * g.outputs + o, g.outputs);
  }
  return p.look();
}

export function planConv({ out, shape, shapes, in: [x, w], attrs, constant }) {
  const g = geometry(shapes[0], shapes[1], shape, attrs);
  if (!constant[1]) throw new Error('conv: weights that depend on the code');
  if (isWinograd(g)) throw new Error('conv of 4×4 taps with stride 2');
  const panels = forwardPanels(g, w);
  const terms = new Terms(panels.depth);
  return () => {
    for (let b = 0, at = 0; b < g.batch; b++) {
      for (let i = 0; i < g.outHeight; i++) {
        for (let j = 0; j < g.outWidth; j++, at += g.outputs) {
          const from = b * g.height * g.width * g.inputs;
          window(terms, g, x, from, i, j, true);
          if (!terms.mayLack(panels)) window(terms, g, x, from, i, j, false);
          chains(out, at, terms, panels, false);
        }
      }
    }
  };
}

/** The terms of an output pixel, without zeros if skip. */
function window(terms, g, x, from, i, j, skip) {
  const top = i * g.stride - g.pad;
  const left = j * g.stride - g.pad;
  const q0 = Math.max(0, -left);
  const count = Math.min(g.kernelW, g.width - left) - q0;
  terms.clear();
  for (let p = Math.max(0, -top); p < Math.min(g.kernelH, g.height - top) && count > 0; p++) {
    const at = from + ((top + p) * g.width + left + q0) * g.inputs;
    take(terms, x, at, 1, count * g.inputs, (p * g.kernelW + q0) * g.inputs, skip);
  }
}

/** Of fewer channels than this, windows are computed first and then added. */
const fewChannels = 8;

export function planTransposedConv(o) {
  const { out, shape, shapes, in: [y, w], attrs, constant } = o;
  const g = geometry(shape, shapes[1], shapes[0], attrs);
  if (!constant[1]) throw new Error('transposed conv: weights that depend on the code');
  if (isWinograd(g)) return planWinogradTransposed(g, out, y, w);
  if (g.inputs < fewChannels) return planFolded(g, out, y, w);
  const panels = adjointPanels(g, w);
  const terms = new Terms(panels.depth);
  return () => {
    for (let b = 0, at = 0; b < g.batch; b++) {
      for (let h = 0; h < g.height; h++) {
        for (let v = 0; v < g.width; v++, at += g.inputs) {
          const from = b * g.outHeight * g.outWidth * g.outputs;
          reaching(terms, g, y, from, h, v, true);
          if (!terms.mayLack(panels)) reaching(terms, g, y, from, h, v, false);
          chains(out, at, terms, panels, false);
        }
      }
    }
  };
}

/** The terms of pixel (h, v): those of the windows that reach it, in their order. */
function reaching(terms, g, y, from, h, v, skip) {
  const below = h + g.pad;
  const right = v + g.pad;
  const i0 = Math.max(0, Math.ceil((below - g.kernelH + 1) / g.stride));
  const j0 = Math.max(0, Math.ceil((right - g.kernelW + 1) / g.stride));
  const i1 = Math.min(g.outHeight - 1, Math.floor(below / g.stride));
  const j1 = Math.min(g.outWidth - 1, Math.floor(right / g.stride));
  terms.clear();
  for (let i = i0; i <= i1; i++) {
    for (let j = j0; j <= j1; j++) {
      const tap = (below - i * g.stride) * g.kernelW + right - j * g.stride;
      take(terms, y, from + (i * g.outWidth + j) * g.outputs, 1, g.outputs, tap * g.outputs, skip);
    }
  }
}

/** A transposed convolution to few channels: a chain for each value of a window, and windows added in their order. */
function planFolded(g, out, y, w) {
  const size = g.kernelH * g.kernelW * g.inputs;
  const panels = new Panels(g.outputs, size);
  for (let o = 0; o < g.outputs; o++) panels.setRow(o, w, o, g.outputs);
  panels.look();
  const terms = new Terms(g.outputs);
  const values = new Float32Array(size);
  const line = (g.width + 2 * g.pad) * g.inputs;
  const picture = new Float32Array((g.height + 2 * g.pad) * line);
  return () => {
    for (let b = 0, at = 0; b < g.batch; b++) {
      picture.fill(0);
      for (let i = 0; i < g.outHeight; i++) {
        for (let j = 0; j < g.outWidth; j++, at += g.outputs) {
          rowTimes(values, 0, y, at, 1, panels, terms);
          fold(picture, i * g.stride * line + j * g.stride * g.inputs, line, values, g.kernelH, g.kernelW * g.inputs);
        }
      }
      for (let h = 0; h < g.height; h++) {
        const from = (h + g.pad) * line + g.pad * g.inputs;
        out.set(picture.subarray(from, from + g.width * g.inputs), (b * g.height + h) * g.width * g.inputs);
      }
    }
  };
}

function fold(picture, at, line, values, rows, length) {
  for (let p = 0, k = 0; p < rows; p++, at += line) for (let t = 0; t < length; t++, k++) picture[at + t] += values[k];
}
