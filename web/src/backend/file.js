import { decoder } from '../twin/decoder.js';
import { bytes } from '../twin/pixels.js';
import { known, texts, unpack, unplaned, unrounded } from './unpack.js';

/**
 * File is a model inside the page, as explore/singlefile writes it. Elements of the page hold it:
 * "space" and "decoder" are JSON; bytes are base64 of gzip. Codes have 8 bits, places and draws 16.
 */
export class File {
  constructor() {
    this.live = false;
    this.kept = new Map(); // of arrays that were read, by the ids of their elements
  }

  async space() {
    this.about = JSON.parse(texts('space'));
    return this.about;
  }

  can(feature) {
    return this.about?.lacks?.[feature] ?? '';
  }

  /** once returns what make makes of the bytes of an element, which is read once. */
  once(id, make) {
    if (!this.kept.has(id)) this.kept.set(id, unpack(id).then(make));
    return this.kept.get(id);
  }

  codes() {
    const { n, codes } = this.about;
    return n ? this.once('codes', (b) => unrounded(b, codes)) : Promise.resolve(new Float32Array(0));
  }

  places(map) {
    return this.once(`places-${map}`, (b) => unrounded(b, this.about.places[map]));
  }

  values(attribute) {
    const i = this.about.attributes.findIndex((a) => a.name === attribute);
    return this.once(`values-${i}`, (b) => known(b, this.about.values[attribute]));
  }

  /** thumbnails are those that the file has, and of other points what the model makes of their codes. */
  async thumbnails(from, n) {
    const { thumbnail } = this.about;
    const size = thumbnail.height * thumbnail.width * thumbnail.channels, all = new Uint8Array(n * size);
    for (let i = 0; i < n; i++) all.set((await this.original(from + i)) ?? (await this.small(from + i)), i * size);
    return all;
  }

  /** original is the thumbnail of a point, null if the file has none. */
  async original(i) {
    const { thumbnail, every } = this.about;
    if (!thumbnail || !every || i % every) return null;
    const sheet = await this.once('thumbnails', (b) => b);
    const size = thumbnail.height * thumbnail.width * thumbnail.channels, at = (i / every) * size;
    return sheet.subarray(at, at + size);
  }

  /** small is the thumbnail of what the model makes of a point's code. */
  async small(i) {
    return shrunk(await this.decoded(i), this.about.shape, this.about.thumbnail);
  }

  async code(i) {
    const { dim } = this.about;
    return (await this.codes()).subarray(i * dim, (i + 1) * dim);
  }

  async decoded(i) {
    return (await this.decode(await this.code(i), 1, await this.known(i))).pictures;
  }

  /** known are the conditions of a point, as far as the file has them. */
  async known(i) {
    const { conditions, attributes } = this.about, all = {};
    for (const { name } of conditions ?? []) {
      const a = attributes.find((x) => x.name === name), v = a ? (await this.values(name))[i] : NaN;
      if (!Number.isNaN(v)) all[name] = a.words ? a.words[v] : v;
    }
    return all;
  }

  async example(i) {
    const { attributes, points, split, thumbnail, shape } = this.about, values = {};
    for (const a of attributes) {
      const v = (await this.values(a.name))[i];
      values[a.name] = Number.isNaN(v) ? null : (a.words?.[v] ?? v);
    }
    const first = attributes.find((a) => a.words);
    const whole = thumbnail?.height === shape[0] && thumbnail?.width === shape[1];
    const original = whole ? await this.original(i) : null;
    return {
      name: points === 'draws' ? `draw ${i}` : `${split} point ${i}`,
      label: first ? values[first.name] : null,
      values,
      original: original && { bytes: original },
      reconstruction: this.can('decode') ? null : await this.view(i),
    };
  }

  /** view is what the model makes of a point's code. */
  async view(i) {
    const { pictures, examples } = await this.decode(await this.code(i), 1, await this.known(i));
    return pictures ? { bytes: pictures } : examples[0];
  }

  /** twin computes the decoder, in the order of sums and rounding of the program. */
  async twin() {
    this.computes ??= unpack('weights').then((b) => decoder(JSON.parse(texts('decoder')), unplaned(b)));
    return this.computes;
  }

  async decode(codes, n, conditions) {
    if (this.can('decode')) throw new Error(this.can('decode'));
    const twin = await this.twin(), dim = codes.length / n, told = this.told(conditions);
    const each = (use) => Array.from({ length: n }, (_, i) => use(twin.decode(codes.subarray(i * dim, (i + 1) * dim), told)));
    if (twin.spell) return { examples: each((row) => ({ text: twin.spell(row) })) };
    if (twin.cells) return { examples: each((row) => ({ cells: twin.cells(row) })) };
    if (this.about.view !== 'picture' && this.about.view !== 'sound') return { examples: each((values) => ({ values: Array.from(values) })) };
    const all = each((values) => bytes(values, this.about.shape[2])), pictures = new Uint8Array(n * all[0].length);
    all.forEach((picture, i) => pictures.set(picture, i * picture.length));
    return { pictures };
  }

  /** told is what the decoder is told of the conditions; null of a model that is told nothing. */
  told(conditions) {
    const { told, conditions: known } = this.about;
    if (!told.values) return null;
    const values = Float32Array.from(told.values);
    for (const c of known) {
      const value = conditions[c.name];
      if (value !== undefined && value !== '') values[told.at[c.name]] = c.words ? c.words.indexOf(value) : +value;
    }
    return values;
  }

  /** draw returns some of the draws that the file has, as the seed chooses. */
  async draw(prior, n, seed) {
    const { dim, draws } = this.about, all = await this.once(`draws-${prior}`, (b) => unrounded(b, draws[prior]));
    const some = new Float32Array(n * dim), have = all.length / dim;
    let at = (Math.imul(seed, 0x9e3779b1) >>> 0) % have;
    for (let i = 0; i < n; i++, at = (at + 97) % have) some.set(all.subarray(at * dim, (at + 1) * dim), i * dim);
    return some;
  }

  /** prepare: all that the file has is ready. */
  async prepare(what) {
    const why = this.can(what.replace(':', '.'));
    if (why) throw new Error(why);
  }

  async direction(of) {
    return (await this.once('directions', (b) => JSON.parse(new TextDecoder().decode(b))))[of];
  }

  async sound() {
    throw new Error(this.can('sound'));
  }

  watch() {}

  async runs() {
    return { runs: [], compare: null };
  }
}

/** shrunk is a picture in the size of a thumbnail: the means of squares of pixels. */
function shrunk(picture, [height, width, channels], { height: h, width: w }) {
  if (h === height && w === width) return picture;
  const side = Math.ceil(height / h), small = new Uint8Array(h * w * channels);
  for (let y = 0, to = 0; y < h; y++)
    for (let x = 0; x < w; x++)
      for (let k = 0; k < channels; k++, to++) {
        let sum = 0, n = 0;
        for (let v = y * side; v < Math.min((y + 1) * side, height); v++)
          for (let u = x * side; u < Math.min((x + 1) * side, width); u++, n++) sum += picture[(v * width + u) * channels + k];
        small[to] = Math.round(sum / n);
      }
  return small;
}
