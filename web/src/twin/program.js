// A program: operations with their arrays, planned once and run for one example at a time.

import { operations, views } from './operations.js';

const size = (shape) => shape.reduce((a, b) => a * b, 1);

export class Program {
  /**
   * @param {{operations: object[], outputs: number[]}} json operations, each after its inputs
   * @param {Float32Array} weights that parameters and values are parts of
   */
  constructor(json, weights) {
    this.inputs = {};
    this.steps = [];
    const values = [];
    const constant = [];
    json.operations.forEach((o, i) => {
      const length = size(o.shape);
      const from = o.in ?? [];
      constant[i] = o.op === 'parameter' || o.op === 'values' || (from.length > 0 && from.every((k) => constant[k])) || o.op === 'constant';
      if (o.op === 'input') {
        values[i] = this.inputs[o.name] = new Float32Array(length);
      } else if (o.op === 'parameter' || o.op === 'values') {
        values[i] = weights.subarray(o.at, o.at + length);
      } else if (views.has(o.op)) {
        const at = o.attrs?.lo ?? 0;
        values[i] = values[from[0]].subarray(at, at + length);
      } else {
        const plan = operations[o.op];
        if (!plan) throw new Error(`no operation ${o.op}`);
        values[i] = new Float32Array(length);
        const run = plan({
          op: o.op, out: values[i], shape: o.shape, attrs: o.attrs ?? {}, weights,
          in: from.map((k) => values[k]), shapes: from.map((k) => json.operations[k].shape),
          constant: from.map((k) => constant[k]),
        });
        if (constant[i]) run();
        else this.steps.push(run);
      }
    });
    this.outputs = json.outputs.map((k) => values[k]);
  }

  /** Sets the inputs that there are: a code, and what is known of the example. */
  set(z, about) {
    this.inputs.z?.set(z);
    this.inputs.about?.set(about);
  }

  run() {
    for (const step of this.steps) step();
  }
}
