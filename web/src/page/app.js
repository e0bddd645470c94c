import { Codes, codeAt, placeOf } from '../codes.js';
import { Points } from '../map/points.js';
import { History, START, fragment, parse } from '../state.js';
import { Pictures } from './pictures.js';

/** How many milliseconds what is drawn waits for a picture. */
const PATIENCE = 40;

/**
 * App has what the parts of the page share: the backend, the space, the state, and who listens to
 * which keys of the state. A part changes the state by set, and draws when it is told.
 */
export class App {
  constructor(backend) {
    this.backend = backend;
    this.state = parse(location.hash);
    this.history = new History(fragment(this.state));
    this.listeners = [];
    this.maps = new Map(); // places and points of each method that is ready
    this.values = new Map(); // of attributes
    this.waiting = new Set(); // keys of the state that changed and are to be drawn
    this.keeping = false;
  }

  /** read reads the space, its codes and its first map. */
  async read() {
    this.space = await this.backend.space();
    const { n, dim } = this.space;
    this.codes = n ? new Codes(await this.backend.codes(), dim) : new Codes(new Float32Array(0), dim);
    this.maps.clear();
    this.examples?.asked?.clear();
    this.values.clear();
    this.pictures = new Pictures(this);
    for (const { name } of this.space.conditions ?? []) if (this.attribute(name)) await this.attributeValues(name);
    this.fit(this.state);
  }

  /** fit changes what a state has of another model: its map, colour and codes. */
  fit(state) {
    const { maps, dim, attributes = [] } = this.space;
    if (!maps.some((m) => m.method === state.map)) state.map = maps[0]?.method ?? '';
    if (!this.attribute(state.colour) && state.colour !== '-') state.colour = attributes[0]?.name ?? '-';
    if (state.z && state.z.length !== dim) state.z = null;
    for (const key of ['stops', 'pins']) state[key] = state[key].filter((z) => z.length === dim);
  }

  /** map returns a map with its places: {method, places, points}. All but the first are prepared. */
  async map(method, onProgress) {
    if (!this.maps.has(method)) {
      if (method !== this.space.maps[0].method) await this.backend.prepare(`map:${method}`, onProgress);
      const places = await this.backend.places(method);
      this.maps.set(method, { method, places, points: new Points(places) });
    }
    return this.maps.get(method);
  }

  async attributeValues(name) {
    if (!this.values.has(name)) this.values.set(name, await this.backend.values(name));
    return this.values.get(name);
  }

  attribute(name) {
    return this.space.attributes?.find((a) => a.name === name) ?? null;
  }

  /** listen calls f when one of the keys of the state changed. */
  listen(keys, f) {
    this.listeners.push({ keys, f });
  }

  /**
   * set changes keys of the state. Unless keep is false, undo comes back to before. The picture of a
   * new code is asked for before anything is drawn, and what is drawn waits for it, but not long.
   */
  set(change, keep = true) {
    const changed = Object.keys(change).filter((k) => this.state[k] !== change[k]);
    Object.assign(this.state, change);
    for (const key of changed) this.waiting.add(key);
    this.keeping ||= keep;
    if (!changed.includes('z') || !this.state.z || !this.decodeFirst) return this.draw();
    Promise.race([this.decodeFirst(this.state.z), new Promise((resolve) => setTimeout(resolve, PATIENCE))]).then(() => this.draw());
  }

  /** draw tells what has changed since it was last drawn. */
  draw() {
    const changed = [...this.waiting], keep = this.keeping;
    this.waiting.clear();
    this.keeping = false;
    this.tell(changed);
    if (keep) this.keep();
  }

  tell(changed) {
    for (const { keys, f } of this.listeners) {
      if (keys.some((k) => changed.includes(k))) f(changed);
    }
  }

  /** keep puts the state into the address, and into what undo comes back to. */
  keep() {
    const text = fragment(this.state);
    if (this.history.add(text)) this.tell(['history']);
    this.write(text);
  }

  /** settle keeps a state that undo need not come back to. */
  settle() {
    const text = fragment(this.state);
    this.history.list[this.history.now] = text;
    this.write(text);
  }

  write(text) {
    try {
      history.replaceState(null, '', text ? `#${text}` : location.pathname + location.search);
    } catch {
      location.hash = text; // a browser that forbids it for files
    }
  }

  /** restore goes to the state of a fragment. */
  restore(text) {
    const state = parse(text), changed = [];
    this.fit(state);
    for (const key of Object.keys(START)) {
      const one = (v) => fragment({ ...START, [key]: v });
      if (one(state[key]) === one(this.state[key])) continue;
      this.state[key] = state[key];
      changed.push(key);
    }
    this.write(text);
    this.tell(changed);
  }

  /** go steps through the history: −1 is undo, 1 redo. */
  go(by) {
    const text = this.history.move(by);
    if (text === null) return;
    this.restore(text);
    this.tell(['history']);
    this.say(by < 0 ? 'Undone.' : 'Done again.');
  }

  /** visit goes to a code. from says where it comes from, in words; at is its place if it has one. */
  visit(z, from, at = null, keep = true) {
    this.weights = null;
    this.set({ z, from, at }, keep);
  }

  /** visitExample goes to the code of a point, under the conditions that the example has. */
  visitExample(i) {
    const { places } = this.here, conditions = { ...this.state.conditions };
    for (const { name } of this.space.conditions ?? []) {
      const a = this.attribute(name), v = this.values.get(name)?.[i];
      if (a && v === v && v !== undefined) conditions[name] = a.words ? a.words[v] : String(v);
    }
    this.weights = null;
    this.set({ z: this.codes.at(i), from: `example ${i}`, at: [places[2 * i], places[2 * i + 1]], conditions });
  }

  /** visitPlace goes to the code of a place on the map. */
  visitPlace([x, y]) {
    const { code, weights } = this.codeAt(x, y);
    this.weights = weights;
    this.set({ z: code, from: 'place', at: [x, y] });
  }

  codeAt(x, y) {
    return codeAt(this.space, this.state.map, this.codes, this.here.places, x, y);
  }

  placeOf(z) {
    return this.here ? placeOf(this.space, this.state.map, this.codes, this.here.places, z) : [0, 0];
  }

  /** example is the point that the current code is the code of, −1 if it is none's. */
  get example() {
    const match = /^example (\d+)$/.exec(this.state.from);
    return match && +match[1] < this.codes.n ? +match[1] : -1;
  }

  /** conditions are what the model is told besides a code: of what was not chosen, the first. */
  get conditions() {
    const all = {};
    for (const { name, words, min = 0, max = 1 } of this.space.conditions ?? []) {
      all[name] = this.state.conditions[name] ?? (words ? words[0] : String((min + max) / 2));
    }
    return all;
  }

  /** tells says whether the points can be asked for one by one. */
  get tells() {
    return this.space.points === 'draws' || !this.backend.can('example');
  }

  /** noun names what the points of the map are. */
  get noun() {
    return this.space.points === 'draws' ? 'draw' : 'example';
  }

  say(text, alarm = false) {
    this.status.textContent = text;
    this.status.classList.toggle('alarm', alarm);
  }

  fail = (error) => {
    this.say(error.message, true);
  };
}
