/** What the page shows at first. Every key is a key of the fragment of its address. */
export const START = {
  run: 0, tab: 'explore', map: '', colour: '', search: '', tool: 'move', panel: 'dimensions', pictures: false,
  view: null, z: null, from: '', at: null, conditions: {}, lasso: null,
  stops: [], steps: 12, way: 'lerp', pins: [], prior: '', n: 16, seed: 1, drawn: false,
};

const floats = {
  write: (v) => (v ? encode(v) : ''),
  read: (s) => decode(s),
};
const lists = {
  write: (v) => v.map(encode).join('.'),
  read: (s) => s.split('.').map(decode).filter((z) => z.length),
};
const numbers = {
  write: (v) => (v ? v.map((x) => +x.toPrecision(6)).join(',') : ''),
  read: (s) => {
    const v = s.split(',').map(Number);
    return v.every(Number.isFinite) ? v : null;
  },
};
const forms = {
  z: floats, stops: lists, pins: lists, view: numbers, at: numbers, lasso: numbers,
  conditions: { write: (v) => (Object.keys(v).length ? JSON.stringify(v) : ''), read: (s) => words(JSON.parse(s)) },
};

/** choices are the values that some keys may have. */
const choices = {
  tab: ['explore', 'training', 'runs'], tool: ['move', 'lasso', 'path'], way: ['lerp', 'slerp'],
  panel: ['dimensions', 'directions', 'path', 'draws', 'selection', 'pins'],
};

/** ranges are the least and the largest value of some numbers. */
const ranges = { steps: [2, 64], n: [1, 64], seed: [0, 999999] };

function words(object) {
  return object && typeof object === 'object' ? Object.fromEntries(Object.entries(object).map(([k, v]) => [k, String(v)])) : {};
}

/** fragment writes a state as what follows # in an address. */
export function fragment(state) {
  const parts = [];
  for (const key of Object.keys(START)) {
    const form = forms[key];
    const text = form ? form.write(state[key]) : String(state[key]);
    if (text !== (form ? form.write(START[key]) : String(START[key]))) parts.push(`${key}=${encodeURIComponent(text)}`);
  }
  return parts.join('&');
}

/** parse reads a fragment. What it does not understand is as at the start. */
export function parse(text) {
  const state = { ...START };
  for (const part of text.replace(/^#/, '').split('&')) {
    const at = part.indexOf('='), key = part.slice(0, at);
    if (at < 0 || !Object.hasOwn(START, key)) continue;
    try {
      const value = decodeURIComponent(part.slice(at + 1)), first = START[key];
      if (forms[key]) state[key] = forms[key].read(value) ?? first;
      else if (typeof first === 'number') state[key] = bounded(+value, ...(ranges[key] ?? [0, Infinity])) ?? first;
      else if (typeof first === 'boolean') state[key] = value === 'true';
      else if (!choices[key] || choices[key].includes(value)) state[key] = value;
    } catch {
      continue; // an address that was cut or mistyped
    }
  }
  return state;
}

function bounded(x, least, most) {
  return Number.isFinite(x) ? Math.min(most, Math.max(least, Math.floor(x))) : null;
}

/** encode writes floats as base64url of their bytes. */
export function encode(floats) {
  const bytes = new Uint8Array(Float32Array.from(floats).buffer);
  let s = '';
  for (const b of bytes) s += String.fromCharCode(b);
  return btoa(s).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** decode reads what encode wrote. Numbers that are not finite make it empty. */
export function decode(text) {
  const s = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  const bytes = Uint8Array.from(s, (c) => c.charCodeAt(0));
  const floats = new Float32Array(bytes.buffer.slice(0, bytes.length & ~3));
  return floats.every(Number.isFinite) ? floats : new Float32Array(0);
}

/** History has the fragments that undo and redo go through. */
export class History {
  constructor(first) {
    this.list = [first];
    this.now = 0;
  }

  /** add keeps a fragment, and forgets what was undone. */
  add(text) {
    if (text === this.list[this.now]) return false;
    this.list.length = ++this.now;
    this.list.push(text);
    if (this.list.length > 200) this.list.shift(), this.now--;
    return true;
  }

  /** move goes by so many steps, and returns the fragment there, null if there is none. */
  move(by) {
    return this.list[this.now + by] === undefined ? null : this.list[(this.now += by)];
  }
}
