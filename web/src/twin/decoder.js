// The decoder of a trained model, as explore/portable writes it: the same operations in the same order
// of sums and rounding, so that the page shows the bytes of the program.

import { Program } from './program.js';

const newest = 1;

/**
 * @param {object} json the operations
 * @param {Float32Array} weights of all operations
 * @returns {{decode(z: Float32Array, about?: Float32Array): Float32Array}} the examples of codes; what
 *   decode returns is its own until the next call
 */
export function decoder(json, weights) {
  if (json.format !== newest) throw new Error(`decoder of format ${json.format}, want ${newest}`);
  const program = new Program(json, weights);
  const { z: code, about: known } = program.inputs;
  return {
    decode(z, about) {
      if (code) code.set(z);
      if (known) known.set(about);
      program.run();
      return program.outputs[0];
    },
  };
}
