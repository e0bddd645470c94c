// Prints the cells of rows, as JSON: node cells.js COLUMNS ROWS WIDTH.

import { readFileSync } from 'node:fs';
import { cells } from './twin/cells.js';

const columns = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const b = readFileSync(process.argv[3]);
const values = new Float32Array(b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength));
const width = Number(process.argv[4]);
const all = [];
for (let at = 0; at < values.length; at += width) all.push(cells(columns, values.subarray(at, at + width)));
console.log(JSON.stringify(all));
