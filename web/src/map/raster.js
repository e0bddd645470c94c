/**
 * Raster draws points by counting them. Each pixel has four whole numbers: the weight of the points
 * on it, and the sums of their red, green and blue times their weight. So its colour is the mean of
 * theirs, in whatever order they come; it is the more opaque, the larger the logarithm of the weight
 * (of one more) is beside that of the largest in view.
 */
export class Raster {
  constructor(width, height) {
    this.resize(width, height);
  }

  resize(width, height) {
    this.width = width;
    this.height = height;
    this.sums = new Uint32Array(4 * width * height);
    this.bytes = new Uint8ClampedArray(4 * width * height);
    this.pixels = new Uint32Array(this.bytes.buffer); // alpha, blue, green, red from high to low
  }

  /**
   * count fills sums with the points in view.
   * @param {Points} points
   * @param {Uint8Array} colours of the points by position: indices of the palette
   * @param {{weights: Uint32Array, red: Uint32Array, green: Uint32Array, blue: Uint32Array}} palette
   * @param {{x: number, y: number, scale: number}} view its centre, and pixels by unit
   * @param {number} size of a dot in pixels: its diameter
   */
  count(points, colours, palette, view, size) {
    const { width, height, sums } = this;
    sums.fill(0);
    const w = width / 2 / view.scale + size / view.scale, h = height / 2 / view.scale + size / view.scale;
    points.ranges(view.x - w, view.y - h, view.x + w, view.y + h, (from, to) => {
      if (size === 1) count(sums, width, height, points, colours, palette, view, from, to);
      else this.dots(points, colours, palette, view, from, to, disc(size));
    });
  }

  dots(points, colours, palette, view, from, to, spans) {
    const { width, height, sums } = this;
    const half = spans.length >> 1;
    for (let k = from; k < to; k++) {
      const px = Math.floor((points.x[k] - view.x) * view.scale + width / 2) - half;
      const py = Math.floor(height / 2 - (points.y[k] - view.y) * view.scale) - half;
      const c = colours[k], weight = palette.weights[c];
      const r = palette.red[c] * weight, g = palette.green[c] * weight, b = palette.blue[c] * weight;
      for (let row = 0; row < spans.length; row++) {
        const y = py + row;
        if (y < 0 || y >= height) continue;
        const first = Math.max(0, px + spans[row]), last = Math.min(width - 1, px + spans.length - 1 - spans[row]);
        for (let p = (y * width + first) << 2, end = (y * width + last) << 2; p <= end; p += 4) {
          sums[p] += weight;
          sums[p + 1] += r;
          sums[p + 2] += g;
          sums[p + 3] += b;
        }
      }
    }
  }

  /** shade makes pixels of the sums. */
  shade() {
    const { sums, pixels } = this;
    let most = 1;
    for (let p = 0; p < sums.length; p += 4) if (sums[p] > most) most = sums[p];
    for (let p = 0, i = 0; p < sums.length; p += 4, i++) {
      const n = sums[p];
      if (n === 0) {
        pixels[i] = 0;
        continue;
      }
      const a = opacity(n, most);
      pixels[i] = (a << 24) | (((sums[p + 3] / n) & 255) << 16) | (((sums[p + 2] / n) & 255) << 8) | ((sums[p + 1] / n) & 255);
    }
  }
}

/** The least opacity of a pixel with a point, of 255. */
const LEAST = 150;

/** opacity returns how opaque a pixel of a weight is, of 255. */
export function opacity(weight, most) {
  return Math.round(LEAST + (255 - LEAST) * (log1(weight) / log1(most)));
}

const logs = Float64Array.from({ length: 4096 }, (_, n) => Math.log1p(n));
const log1 = (n) => (n < 4096 ? logs[n] : Math.log1p(n));

// Of its own, so that it is compiled for one kind of array.
function count(sums, width, height, points, colours, palette, view, from, to) {
  const { weights, red, green, blue } = palette, { x, y } = points, scale = view.scale;
  const left = width / 2 - view.x * scale, top = height / 2 + view.y * scale;
  for (let k = from; k < to; k++) {
    const px = Math.floor(x[k] * scale + left), py = Math.floor(top - y[k] * scale);
    if (px < 0 || px >= width || py < 0 || py >= height) continue;
    const p = (py * width + px) << 2, c = colours[k], weight = weights[c];
    sums[p] += weight;
    sums[p + 1] += red[c] * weight;
    sums[p + 2] += green[c] * weight;
    sums[p + 3] += blue[c] * weight;
  }
}

/** disc returns, for each row of a disc of a diameter in pixels, where it begins. */
export function disc(size) {
  return Array.from({ length: size }, (_, row) => {
    const y = row + 0.5 - size / 2;
    return Math.round(size / 2 - Math.sqrt((size / 2) ** 2 - y * y));
  });
}

/** dotSize returns the diameter of dots for so many points in view: they cover some of it. */
export function dotSize(inView, width, height) {
  return Math.max(1, Math.min(7, Math.round(Math.sqrt((0.12 * width * height) / Math.max(1, inView)))));
}
