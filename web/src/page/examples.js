import { h, short } from '../dom.js';
import { copied, enlarged, paint } from './pictures.js';

/**
 * Examples makes views of decoded and real examples, by what the model is of: pictures and
 * spectrograms, texts, rows of tables, points in the plane, vectors.
 */
export class Examples {
  constructor(app) {
    this.app = app;
    this.reach = 1; // of points in the plane: the largest coordinate seen
  }

  /** lines says whether examples are shown as lines, one below the other: texts and rows. */
  get lines() {
    return /^(text|row)$/.test(this.app.space.view);
  }

  get pictures() {
    return /^(picture|sound)$/.test(this.app.space.view);
  }

  /** shape returns [height, width, channels] of pictures of so many bytes. */
  shape(bytes) {
    const { shape, thumbnail } = this.app.space;
    const whole = shape.length === 3 ? shape : shape.length === 2 ? [...shape, 1] : null;
    if (whole && whole[0] * whole[1] * whole[2] === bytes) return whole;
    if (thumbnail && thumbnail.height * thumbnail.width * thumbnail.channels === bytes) return [thumbnail.height, thumbnail.width, thumbnail.channels];
    return [1, bytes, 1];
  }

  /** split returns what decode replied as n parts, each for view. */
  split(reply, n) {
    if (reply.examples) {
      if (this.app.space.view === 'points') for (const e of reply.examples) this.reach = Math.max(this.reach, ...e.values.map((v) => rounded(Math.abs(v))));
      return reply.examples;
    }
    const size = reply.pictures.length / n;
    return Array.from({ length: n }, (_, i) => ({ bytes: reply.pictures.subarray(i * size, (i + 1) * size) }));
  }

  /** decode returns the parts of codes, in as many requests as it takes. */
  async decode(codes, conditions = this.app.conditions) {
    const parts = [], most = this.app.backend.most?.(this.app.space.dim) ?? 256;
    for (let i = 0; i < codes.length; i += most) {
      const some = codes.slice(i, i + most), flat = new Float32Array(some.length * this.app.space.dim);
      some.forEach((z, k) => flat.set(z, k * this.app.space.dim));
      parts.push(...this.split(await this.app.backend.decode(flat, some.length, conditions), some.length));
    }
    return parts;
  }

  /** canvas returns a part as a canvas of its own pixels; null if it is no picture. */
  canvas(part) {
    const bytes = part.bytes ?? (part.picture && Uint8Array.from(atob(part.picture), (c) => c.charCodeAt(0)));
    return bytes ? paint(document.createElement('canvas'), bytes, ...this.shape(bytes.length)) : null;
  }

  /** view shows a part in a box of so many pixels. label is for those who cannot see it. */
  view(part, box, label) {
    if (!part) return h('span', { class: 'blank' });
    const canvas = this.canvas(part);
    if (canvas) {
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', label);
      return enlarged(canvas, box);
    }
    if (part.text !== undefined) return h('p', { class: box > 64 ? 'text' : 'text small', title: label }, (box > 64 ? part.text : part.text.trimEnd()) || ' ');
    if (part.cells) return this.row(part.cells, box);
    if (this.app.space.view === 'points') return this.place(part.values, box, label);
    return bars(part.values, box, label);
  }

  row(cells, box) {
    if (box <= 64) return h('p', { class: 'text small' }, cells.join(', '));
    const columns = this.app.space.columns ?? [];
    return h('div', { class: 'scroll' }, h('table', { class: 'row' }, h('tbody', {}, cells.map((c, i) => h('tr', {}, h('th', { scope: 'row' }, columns[i] ?? `column ${i + 1}`), h('td', {}, c))))));
  }

  /** place shows a point in the plane, between axes. */
  place(values, box, label) {
    this.reach = Math.max(this.reach, ...values.map((v) => rounded(Math.abs(v))));
    const canvas = h('canvas', { width: box, height: box, role: 'img', 'aria-label': `${label}: ${values.map(short).join(', ')}` }), c = canvas.getContext('2d');
    const at = (v) => ((v / this.reach) * 0.45 + 0.5) * box;
    c.strokeStyle = c.fillStyle = '#8888';
    for (const line of [[0, box / 2, box, box / 2], [box / 2, 0, box / 2, box]]) {
      c.beginPath();
      c.moveTo(line[0], line[1]);
      c.lineTo(line[2], line[3]);
      c.stroke();
    }
    c.fillStyle = accent();
    c.beginPath();
    c.arc(at(values[0]), box - at(values[1] ?? 0), box > 64 ? 5 : 3, 0, 7);
    c.fill();
    canvas.classList.add('plot');
    return box > 100 ? h('div', {}, canvas, h('p', { class: 'small' }, `(${values.map(short).join(', ')}); the frame is at ±${short(this.reach / 0.9)}`)) : canvas;
  }

  /** thumbnail shows a point of the map small: its picture, or its number and what it looks like. */
  thumbnail(i, box) {
    const holder = h('span', { class: 'thumbnail' });
    const put = () => {
      const canvas = this.app.pictures.get(i, put);
      if (canvas) holder.replaceChildren(enlarged(copied(canvas), box));
    };
    put();
    if (!this.app.space.thumbnail || i >= this.app.pictures.n) {
      holder.append(`#${i}`);
      if (!this.pictures && this.app.tells) this.about(i).then((e) => e && holder.replaceChildren(this.view(e.original ?? e.reconstruction, box, `#${i}`)));
    }
    return holder;
  }

  /** about returns an example with its reconstruction, asked for once; null if it cannot be had. */
  about(i) {
    this.asked ??= new Map();
    if (!this.asked.has(i)) {
      if (this.asked.size > 2000) this.asked.clear();
      this.asked.set(i, this.app.backend.example(i).catch(() => null));
    }
    return this.asked.get(i);
  }
}

/** accent is the page's accent colour. */
export function accent() {
  return getComputedStyle(document.body).getPropertyValue('--accent');
}

/** rounded returns the next of 1, 2, 5, 10, 20 …, so that the frame of points rarely moves. */
function rounded(x) {
  const power = 10 ** Math.floor(Math.log10(x || 1));
  return power * [1, 2, 5, 10].find((m) => m * power >= x);
}

/** bars shows a vector. */
function bars(values, box, label) {
  const width = Math.max(box, Math.min(320, values.length * 4)), height = Math.min(box, 120);
  const canvas = h('canvas', { width, height, role: 'img', 'aria-label': `${label}: ${values.slice(0, 8).map(short).join(', ')}` }), c = canvas.getContext('2d');
  const most = Math.max(1e-9, ...values.map(Math.abs)), low = values.some((v) => v < 0) ? height / 2 : height;
  c.fillStyle = accent();
  values.forEach((v, i) => c.fillRect((i / values.length) * width, low, Math.max(1, width / values.length - 1), (-v / most) * low));
  canvas.classList.add('plot');
  return canvas;
}
