// Recurrent layers: kernel/recurrent.go, kernel/gru.go and kernel/lstm.go. What only gradients need is
// not kept.

import { Terms, chains, packed, take } from './chains.js';
import { fma } from './fma.js';
import { flush, sigmoid, tanh } from './single.js';

const round = Math.fround;

/** Adds the chains of a vector over all rows of panels to sums. */
function addTimes(sums, x, at, panels, terms) {
  terms.clear();
  take(terms, x, at, 1, panels.depth, 0, false);
  chains(sums, 0, terms, panels, true);
}

/**
 * Goes through the steps of all examples. out has the states of all steps, with the first one before
 * or behind them, and then an LSTM's cells.
 */
function planRecurrent({ out, shapes, in: [x, w, bias, u, h, other, known], attrs: { reverse } }, sums, step) {
  const [steps, batch, inputs] = shapes[0];
  const units = shapes[3][0];
  const size = batch * units;
  const inputPanels = packed(w, 0, inputs, sums * units, false);
  const statePanels = packed(u, 0, units, sums * units, false);
  const r = {
    units, out, size, h: other, bias, steps,
    sums: new Float32Array(sums * units), rest: new Float32Array(units),
    input: (at) => addTimes(r.sums, x, at, inputPanels, terms),
    state: (at) => addTimes(r.sums, out, at, statePanels, terms),
  };
  const terms = new Terms(Math.max(inputs, units));
  const cells = sums === 4 ? (steps + 1) * size : 0;
  return () => {
    const first = (reverse ? steps : 0) * size;
    out.set(h, first);
    if (cells) out.set(other, cells + first);
    for (let done = 0; done < steps; done++) {
      const t = reverse ? steps - 1 - done : done;
      const from = (reverse ? steps - done : done) * size;
      const to = from + (reverse ? -size : size);
      for (let b = 0; b < batch; b++) {
        const before = from + b * units;
        const after = to + b * units;
        if (known && known[t * batch + b] === 0) {
          out.copyWithin(after, before, before + units);
          if (cells) out.copyWithin(cells + after, cells + before, cells + before + units);
          continue;
        }
        r.sums.set(bias);
        r.input((t * batch + b) * inputs);
        step(r, before, after, cells);
      }
    }
  };
}

/** A step of a GRU: h = n + z·(before − n). */
function stepGRU({ units, out, sums, rest, h: other, state }, before, after) {
  for (let j = 0; j < units; j++) {
    rest[j] = sums[2 * units + j];
    sums[2 * units + j] = other[j];
  }
  state(before);
  for (let j = 0; j < units; j++) {
    const reset = sigmoid(sums[j]);
    const keep = sigmoid(sums[units + j]);
    const candidate = tanh(fma(reset, sums[2 * units + j], rest[j]));
    out[after + j] = flush(fma(keep, round(out[before + j] - candidate), candidate));
  }
}

/** A step of an LSTM: c = f·before + i·g, h = o·tanh c. */
function stepLSTM({ units, out, sums, state }, before, after, cells) {
  state(before);
  for (let j = 0; j < units; j++) {
    const into = sigmoid(sums[j]);
    const keep = sigmoid(sums[units + j]);
    const output = sigmoid(sums[2 * units + j]);
    const candidate = tanh(sums[3 * units + j]);
    const cell = flush(fma(into, candidate, round(keep * out[cells + before + j])));
    out[cells + after + j] = cell;
    out[after + j] = flush(round(output * tanh(cell)));
  }
}

export const planGRU = (o) => planRecurrent(o, 3, stepGRU);
export const planLSTM = (o) => planRecurrent(o, 4, stepLSTM);
