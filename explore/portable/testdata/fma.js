// Computes a·b + c of the triples in a file: node fma.js TRIPLES RESULTS.

import { readFileSync, writeFileSync } from 'node:fs';
import { fma } from './twin/fma.js';

const b = readFileSync(process.argv[2]);
const triples = new Float32Array(b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength));
const out = new Float32Array(triples.length / 3);
for (let i = 0; i < out.length; i++) out[i] = fma(triples[3 * i], triples[3 * i + 1], triples[3 * i + 2]);
writeFileSync(process.argv[3], Buffer.from(out.buffer));
