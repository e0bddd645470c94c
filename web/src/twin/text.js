// Texts of tokens: the greedy writing of trained/sequential.go, and Spell of example/text.go.

import { Program } from './program.js';

const padding = -1;

/** Writes the likeliest token at each step. */
export function writer(json, weights) {
  const start = new Program(json.start, weights);
  const step = new Program(json.step, weights);
  const out = new Float32Array(json.shape[0]);
  const state = json.start.outputs.map((_, i) => step.inputs[`state${i}`]);
  const { token } = step.inputs;
  return (z, about) => {
    start.set(z, about);
    step.set(z, about);
    start.run();
    start.outputs.forEach((v, i) => state[i]?.set(v));
    out.fill(padding);
    token.fill(padding);
    for (let t = 0; t < out.length; t++) {
      step.run();
      const [logits, ...next] = step.outputs;
      out[t] = token[0] = largest(logits, t);
      if (out[t] === json.end) break;
      next.forEach((v, i) => state[i]?.set(v));
    }
    return out;
  };
}

/** The index of the largest, the first of several. */
function largest(logits, t) {
  let best = 0;
  for (let i = 0; i < logits.length; i++) {
    if (logits[i] - logits[i] !== 0) throw new Error(`token ${t}: a logit is ${logits[i]}, want a number`);
    if (logits[i] > logits[best]) best = i;
  }
  return best;
}

/** The text of a row of tokens, up to the first that ends it. */
export function spell({ words, letters, bytes }, row) {
  const parts = [];
  let before = -1;
  for (const k of row) {
    if (!(k >= 0 && k < words.length)) continue;
    if (words[k].length === 0) break;
    if (letters?.[before] && letters[k]) parts.push(' ');
    parts.push(words[k]);
    before = k;
  }
  return bytes ? utf8(parts.flat()) : parts.join('');
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Text of bytes of UTF-8. Bytes between that are none become one U+FFFD. */
function utf8(bytes) {
  let text = '';
  let valid = true;
  for (let i = 0; i < bytes.length; ) {
    const length = character(bytes, i);
    if (length > 0) text += decoder.decode(new Uint8Array(bytes.slice(i, i + length)));
    else if (valid) text += '\uFFFD';
    valid = length > 0;
    i += Math.max(1, length);
  }
  return text;
}

/** How many bytes the character at i has, 0 if there is none. */
function character(bytes, i) {
  const b = bytes[i];
  if (b < 0x80) return 1;
  const length = b < 0xc2 ? 0 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : b < 0xf5 ? 4 : 0;
  for (let k = 1; k < length; k++) if (!((bytes[i + k] & 0xc0) === 0x80)) return 0;
  const second = bytes[i + 1];
  const low = b === 0xe0 ? 0xa0 : b === 0xf0 ? 0x90 : 0x80;
  const high = b === 0xed ? 0x9f : b === 0xf4 ? 0x8f : 0xbf;
  return length > 0 && second >= low && second <= high ? length : 0;
}
