// The decoder of a trained model, as explore/portable writes it: the same operations in the same order
// of sums and rounding, so that the page shows the bytes of the program.

import { Program } from './program.js';
import { spell, writer } from './text.js';
import { cells } from './cells.js';

const newest = 1;

/**
 * @param {object} json the operations
 * @param {Float32Array} weights of all operations
 * @returns {{decode(z: Float32Array, about?: Float32Array): Float32Array, spell?: function, cells?: function}}
 *   the examples of codes, each the decoder's own until the next call, and what makes the text of one, or
 *   the cells of a row of a table
 */
export function decoder(json, weights) {
  if (json.format !== newest) throw new Error(`decoder of format ${json.format}, want ${newest}`);
  if (json.step) return { decode: writer(json, weights), spell: (row) => spell(json.spelling, row) };
  const program = new Program(json, weights);
  return {
    decode(z, about) {
      program.set(z, about);
      program.run();
      return program.outputs[0];
    },
    ...(json.cells && { cells: (row) => cells(json.cells, row) }),
  };
}
