// Runs programs: node run.js FOLDER, which has a folder for each program, its weights and its inputs.

import { readFileSync, writeFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Program } from './twin/program.js';

const floats = (file) => {
  const b = readFileSync(file);
  return new Float32Array(b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength));
};

const root = process.argv[2];
for (const name of readdirSync(root)) {
  const of = (file) => join(root, name, file);
  const p = new Program(JSON.parse(readFileSync(of('program.json'), 'utf8')), floats(of('weights')));
  for (const [input, to] of Object.entries(p.inputs)) to.set(floats(of('input ' + input)));
  p.run();
  writeFileSync(of('output'), Buffer.from(p.outputs[0].slice().buffer));
}
