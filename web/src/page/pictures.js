import { h } from '../dom.js';

/** How many bytes of thumbnails are asked for at once. */
const PAGE = 1 << 19;

/** Pictures has the thumbnails of points, in pages that are asked for when one of them is wanted. */
export class Pictures {
  constructor(app) {
    this.app = app;
    this.of = app.space.thumbnail;
    this.pages = new Map();
    this.drawn = new Map();
    this.n = this.of ? app.space.thumbnails ?? app.space.n : 0; // the file has fewer
    this.rows = this.of ? Math.max(1, Math.floor(PAGE / this.size)) : 1;
  }

  get size() {
    return this.of.height * this.of.width * this.of.channels;
  }

  /** get returns a canvas with a point's thumbnail; null now, and `then` later, if it is on its way. */
  get(i, then) {
    if (!this.of || i >= this.n) return null;
    if (this.drawn.has(i)) return this.drawn.get(i);
    const page = Math.floor(i / this.rows), bytes = this.pages.get(page);
    if (bytes instanceof Uint8Array) {
      const at = (i - page * this.rows) * this.size;
      if (at + this.size > bytes.length) return null;
      const canvas = paint(document.createElement('canvas'), bytes.subarray(at, at + this.size), this.of.height, this.of.width, this.of.channels);
      this.drawn.set(i, canvas);
      return canvas;
    }
    this.read(page).then(then, () => {});
    return null;
  }

  read(page) {
    if (!this.pages.has(page)) {
      const from = page * this.rows;
      const reading = this.app.backend.thumbnails(from, Math.min(this.rows, this.n - from)).then((bytes) => this.pages.set(page, bytes));
      reading.catch(() => this.pages.delete(page));
      this.pages.set(page, reading);
    }
    const kept = this.pages.get(page);
    return kept instanceof Uint8Array ? Promise.resolve() : kept;
  }
}

/** paint puts bytes (height, width, channels) on a canvas of that size. */
export function paint(canvas, bytes, height, width, channels) {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let p = 0; p < width * height; p++) {
    for (let c = 0; c < 3; c++) image.data[4 * p + c] = bytes[p * channels + (channels < 3 ? 0 : c)];
    image.data[4 * p + 3] = channels === 4 ? bytes[p * 4 + 3] : 255;
  }
  canvas.getContext('2d').putImageData(image, 0, 0);
  return canvas;
}

/** enlarged sets the size of a canvas on the page: the largest whole multiple that fits a box. */
export function enlarged(canvas, box) {
  const most = Math.max(canvas.width, canvas.height);
  const times = most <= box ? Math.floor(box / most) : 1 / Math.ceil(most / box);
  canvas.style.width = `${canvas.width * times}px`;
  canvas.style.height = `${canvas.height * times}px`;
  canvas.classList.add('picture');
  return canvas;
}

/** copied returns a second canvas like one, since an element has one place only. */
export function copied(canvas) {
  const copy = h('canvas', { width: canvas.width, height: canvas.height });
  copy.getContext('2d').drawImage(canvas, 0, 0);
  return copy;
}
