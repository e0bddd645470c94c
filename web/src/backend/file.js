import { decoder } from '../twin/decoder.js';
import { bytes } from '../twin/pixels.js';

const LACKS = {
  training: 'This page is one file. It has the model as it was, and no run in training.',
  runs: 'This page is one file with one model.',
};

/**
 * File is a model inside the page. Everything lies in elements of the page: "space" is the JSON of
 * the space; "decoder" the JSON of the decoder's operations; blobs are base64 of gzip, by the ids
 * "weights", "codes", "places-METHOD", "values-ATTRIBUTE" and "directions" (JSON); "thumbnails" is one sheet, a PNG.
 */
export class File {
  constructor() {
    this.live = false;
  }

  async space() {
    this.about = JSON.parse(text('space'));
    return this.about;
  }

  can(feature) {
    return this.about?.lacks?.[feature] ?? LACKS[feature] ?? '';
  }

  async codes() {
    const { n, dim, codes } = this.about, packed = await unpack('codes');
    if (codes?.bits !== 8) return new Float32Array(packed.buffer);
    return Float32Array.from({ length: n * dim }, (_, i) => codes.low[i % dim] + codes.step[i % dim] * packed[i]);
  }

  async places(map) {
    return new Float32Array((await unpack(`places-${map}`)).buffer);
  }

  async values(attribute) {
    return new Float32Array((await unpack(`values-${attribute}`)).buffer);
  }

  async thumbnails(from, n) {
    const { height, width, channels } = this.about.thumbnail, size = height * width * channels;
    this.sheet ??= await unpack('thumbnails');
    return this.sheet.subarray(from * size, (from + n) * size);
  }

  async example(i) {
    const values = {};
    for (const a of this.about.attributes) {
      const v = (await this.kept(a.name))[i];
      values[a.name] = v !== v ? null : a.words ? a.words[v] : v;
    }
    const first = this.about.attributes.find((a) => a.words);
    return { name: `#${i}`, label: first ? values[first.name] : null, values, original: null, reconstruction: null };
  }

  kept(attribute) {
    this.attributes ??= {};
    return (this.attributes[attribute] ??= this.values(attribute));
  }

  async twin() {
    this.decoder ??= decoder(JSON.parse(text('decoder')), new Float32Array((await unpack('weights')).buffer));
    return this.decoder;
  }

  async decode(codes, n, conditions) {
    const twin = await this.twin(), dim = codes.length / n;
    const decoded = Array.from({ length: n }, (_, i) => twin.decode(codes.subarray(i * dim, (i + 1) * dim), about(this.about, conditions)));
    if (this.about.view !== 'picture') return { examples: decoded.map((values) => ({ values: Array.from(values) })) };
    const size = decoded[0].length, pictures = new Uint8Array(n * size);
    decoded.forEach((values, i) => pictures.set(bytes(values), i * size));
    return { pictures };
  }

  async draw(prior, n, seed) {
    const z = normal(seed);
    return Float32Array.from({ length: n * this.about.dim }, z);
  }

  async prepare(what) {
    const reason = this.can(what);
    if (reason) throw new Error(reason);
  }

  async direction(of) {
    this.directions ??= JSON.parse(new TextDecoder().decode(await unpack('directions')));
    return this.directions[of];
  }

  async sound() {
    throw new Error(this.can('sound') || 'One file cannot make sound of a code. “sample explore” can.');
  }

  watch() {}

  async runs() {
    return { runs: [], compare: null };
  }
}

function text(id) {
  return document.getElementById(id)?.textContent ?? '';
}

/** unpack returns the bytes of an element that has base64 of gzip. */
async function unpack(id) {
  const packed = Uint8Array.from(atob(text(id).trim()), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** about is what a decoder is told of the conditions: one number for each word, and numbers. */
function about(space, conditions) {
  if (!space.conditions?.length) return null;
  return Float32Array.from(space.conditions.flatMap((c) => {
    const value = conditions[c.name];
    return c.words ? c.words.map((w) => +(w === (value ?? c.words[0]))) : [+(value ?? c.min)];
  }));
}

/** normal returns draws of N(0, 1) by a seed: mulberry32, and Box and Muller. */
function normal(seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
