// Decodes codes as the page does: node decode.js FOLDER, which has a folder for each model.

import { readFileSync, writeFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decoder } from './twin/decoder.js';

const floats = (file) => {
  const b = readFileSync(file);
  return new Float32Array(b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength));
};

const root = process.argv[2];
for (const { name } of readdirSync(root, { withFileTypes: true }).filter((e) => e.isDirectory())) {
  const of = (file) => join(root, name, file);
  const json = JSON.parse(readFileSync(of('decoder.json'), 'utf8'));
  const started = performance.now();
  const d = decoder(json, floats(of('weights')));
  const loaded = performance.now();
  const z = floats(of('codes'));
  const about = json.inputs.about ? floats(of('about')) : new Float32Array(0);
  const n = z.length / json.dim;
  const width = about.length / n;
  const all = [];
  const texts = [];
  const began = performance.now();
  for (let i = 0; i < n; i++) {
    const y = d.decode(z.subarray(i * json.dim, (i + 1) * json.dim), about.subarray(i * width, (i + 1) * width));
    all.push(Buffer.from(y.slice().buffer));
    if (d.spell) texts.push(d.spell(y));
  }
  const each = (performance.now() - began) / n;
  writeFileSync(of('examples'), Buffer.concat(all));
  if (d.spell) writeFileSync(of('texts'), JSON.stringify(texts));
  console.log(`${name}: ${(loaded - started).toFixed(0)} ms to load, ${each.toFixed(2)} ms an example`);
}
