// Colours of classes: told apart on a light and on a dark ground, and most of them by those who see
// fewer colours.
const CLASSES = ['#4477dd', '#ee8833', '#22a378', '#dd4b66', '#8e62c9', '#a8741a', '#d972b8', '#6f8a3a', '#20a8c4', '#c9a227'];

// Colours of numbers, from low to high.
const RAMP = ['#5a3fc0', '#a63cb3', '#dd4a7f', '#f2784b', '#f0b429'];

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

/** classColour returns the colour of a class, as [red, green, blue]. */
export function classColour(k) {
  const c = rgb(CLASSES[k % CLASSES.length]);
  const shade = [1, 0.72, 1.25, 0.55][Math.floor(k / CLASSES.length) % 4];
  return c.map((v) => Math.min(255, Math.round(v * shade)));
}

/** rampColour returns the colour of a number in [0, 1]. */
export function rampColour(t) {
  const at = Math.max(0, Math.min(1, t)) * (RAMP.length - 1), i = Math.min(RAMP.length - 2, Math.floor(at));
  const a = rgb(RAMP[i]), b = rgb(RAMP[i + 1]);
  return a.map((v, c) => Math.round(v + (at - i) * (b[c] - v)));
}

export const css = ([r, g, b]) => `rgb(${r}, ${g}, ${b})`;

/** MUTED is the index of points that do not match; UNKNOWN of those without a value. */
export const MUTED = 255, UNKNOWN = 254;
const STEPS = 64;

/**
 * palette returns the colours that an attribute has on the map.
 * @param {{words?: string[]}|null} attribute all points have the accent if there is none
 * @param {boolean} marked whether some points are marked: they outweigh the others
 */
export function palette(attribute, marked, accent, grey) {
  const p = { weights: new Uint32Array(256).fill(marked ? 12 : 1), red: new Uint32Array(256), green: new Uint32Array(256), blue: new Uint32Array(256) };
  const put = (c, [r, g, b]) => ([p.red[c], p.green[c], p.blue[c]] = [r, g, b]);
  for (let c = 0; c < UNKNOWN; c++) {
    put(c, !attribute ? accent : attribute.words ? classColour(c) : rampColour(c / (STEPS - 1)));
  }
  put(UNKNOWN, grey);
  put(MUTED, grey);
  p.weights[MUTED] = 1;
  return p;
}

/** indices returns the palette's index of each value of an attribute. */
export function indices(values, attribute, n) {
  const out = new Uint8Array(n);
  if (!attribute) return out;
  const { min = 0, max = 1 } = attribute;
  for (let i = 0; i < n; i++) {
    const v = values[i];
    if (!(v === v)) out[i] = UNKNOWN;
    else out[i] = attribute.words ? v % UNKNOWN : Math.max(0, Math.min(STEPS - 1, Math.round(((v - min) / (max - min || 1)) * (STEPS - 1))));
  }
  return out;
}
