// Prints the bytes of values in a file: node pixels.js VALUES BYTES.

import { readFileSync, writeFileSync } from 'node:fs';
import { bytes } from './twin/pixels.js';

const b = readFileSync(process.argv[2]);
const values = new Float32Array(b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength));
writeFileSync(process.argv[3], bytes(values, 3));
