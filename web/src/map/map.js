import { h } from '../dom.js';
import { dots } from './dots.js';
import { View } from './view.js';

/** How far a pointer moves, in pixels, before a click is a drag. */
const DRAG = 5;

/**
 * PointMap is the map of points: dots, and over them what the page draws. It tells `on` what happens:
 * click(place, point), hover(point, pixel), lasso(polygon), path(places), view(), paint(context, view);
 * and asks it hit(pixel): which point's picture is there.
 */
export class PointMap {
  constructor(on) {
    this.on = on;
    this.view = new View();
    this.dots = dots();
    this.over = h('canvas', {});
    this.el = h('div', {
      class: 'map', tabIndex: 0, role: 'application',
      'aria-label': 'Map of codes. Arrows move, plus and minus zoom, 0 shows all, Enter asks the place in the middle.',
    }, this.dots.canvas, this.over);
    this.tool = 'move';
    this.points = null;
    this.drawn = []; // what is being drawn, in pixels
    this.pointers = new Map();
    this.listen();
    this.dots.canvas.addEventListener('webglcontextrestored', () => this.resize());
    new ResizeObserver(() => this.resize()).observe(this.el);
  }

  /** show shows points in colours by position of a palette. */
  show(points, colours, palette) {
    const first = this.points !== points;
    Object.assign(this, { points, colours, palette });
    if (first) this.fitted = false;
    this.redraw();
  }

  /** look shows a part of the plane: [x, y, scale] in units of the whole; null is all of it. */
  look(part) {
    if (!this.points) return;
    this.fit();
    if (part) [this.view.x, this.view.y, this.view.scale] = [part[0], part[1], this.view.scale * Math.max(0.25, Math.min(1e4, part[2]))];
    this.redraw();
  }

  /** part is what look takes. */
  part() {
    const { x, y, scale, least } = this.view;
    return [x, y, scale / (4 * least)];
  }

  fit() {
    this.view.fit(this.points.bounds);
    this.fitted = true;
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.el;
    if (!width || !height) return;
    const part = this.fitted && this.view.width > 1 ? this.part() : null;
    const ratio = Math.min(2, devicePixelRatio || 1);
    Object.assign(this.view, { width, height });
    this.ratio = ratio;
    this.dots.resize(Math.round(width * ratio), Math.round(height * ratio));
    this.over.width = Math.round(width * ratio);
    this.over.height = Math.round(height * ratio);
    if (this.points && part) this.look(part);
    this.redraw();
  }

  /** redraw draws all in the next frame, repaint only what is over the dots. */
  redraw() {
    this.stale = true;
    this.repaint();
  }

  repaint() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  draw() {
    if (!this.points || !this.ratio) return;
    if (!this.fitted) this.fit();
    const { view, ratio } = this;
    if (this.stale) {
      this.dots.draw(this.points, this.colours, this.palette, { x: view.x, y: view.y, scale: view.scale * ratio });
      this.stale = false;
    }
    const c = this.over.getContext('2d');
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, view.width, view.height);
    this.on.paint?.(c, view);
    this.sketch(c);
  }

  /** sketch draws the lasso or path that the pointer is drawing. */
  sketch(c) {
    if (this.drawn.length < 2) return;
    c.strokeStyle = getComputedStyle(this.el).getPropertyValue('--accent');
    c.lineWidth = 2;
    c.setLineDash(this.tool === 'lasso' ? [5, 4] : []);
    c.beginPath();
    for (const [x, y] of this.drawn) c.lineTo(x, y);
    if (this.tool === 'lasso') c.closePath();
    c.stroke();
    c.setLineDash([]);
  }

  /** hit returns the point at a pixel, −1 if there is none. */
  hit(px, py, within = 8) {
    if (!this.points) return -1;
    const over = this.on.hit?.(px, py) ?? -1;
    if (over >= 0) return over;
    return this.points.nearest(...this.view.place(px, py), within / this.view.scale);
  }

  moved() {
    this.redraw();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.on.view?.(), 300);
  }

  listen() {
    const el = this.el;
    const at = (e) => {
      const r = el.getBoundingClientRect();
      return [e.clientX - r.left, e.clientY - r.top];
    };
    el.addEventListener('wheel', (e) => {
      e.preventDefault();
      this.view.zoom(Math.exp(-e.deltaY * (e.deltaMode ? 0.05 : 0.002)), ...at(e));
      this.moved();
    }, { passive: false });
    el.addEventListener('pointerdown', (e) => this.down(e, at(e)));
    el.addEventListener('pointermove', (e) => this.move(e, at(e)));
    for (const name of ['pointerup', 'pointercancel']) el.addEventListener(name, (e) => this.up(e, at(e)));
    el.addEventListener('pointerleave', () => this.on.hover?.(-1));
    el.addEventListener('dblclick', (e) => {
      if (this.tool !== 'move') return;
      this.view.zoom(2, ...at(e));
      this.moved();
    });
    el.addEventListener('keydown', (e) => this.key(e));
    for (const name of ['focus', 'blur']) el.addEventListener(name, () => this.repaint());
  }

  down(e, at) {
    if (e.button) return;
    this.el.setPointerCapture(e.pointerId);
    this.pointers.set(e.pointerId, at);
    this.start = at;
    this.dragging = false;
    this.drawn = [];
    this.on.hover?.(-1);
  }

  move(e, at) {
    const before = this.pointers.get(e.pointerId);
    if (!before) {
      if (e.pointerType !== 'touch') this.on.hover?.(this.hit(...at), at);
      return;
    }
    if (!this.dragging && Math.hypot(at[0] - this.start[0], at[1] - this.start[1]) < DRAG) return;
    this.pointers.set(e.pointerId, at);
    if (this.pointers.size === 2) this.pinch(e.pointerId, before, at);
    else if (this.tool === 'move') this.view.pan(at[0] - (this.dragging ? before[0] : this.start[0]), at[1] - (this.dragging ? before[1] : this.start[1]));
    else this.drawn.push(...(this.dragging ? [at] : [this.start, at]));
    this.dragging = true;
    if (this.tool === 'move' || this.pointers.size === 2) this.moved();
    else this.repaint();
  }

  pinch(id, before, at) {
    const other = [...this.pointers].find(([k]) => k !== id)[1];
    const span = (a) => Math.max(1, Math.hypot(a[0] - other[0], a[1] - other[1]));
    this.view.pan((at[0] - before[0]) / 2, (at[1] - before[1]) / 2);
    this.view.zoom(span(at) / span(before), (at[0] + other[0]) / 2, (at[1] + other[1]) / 2);
    this.drawn = [];
  }

  up(e, at) {
    if (!this.pointers.delete(e.pointerId) || this.pointers.size) return;
    const drawn = this.drawn.map(([x, y]) => this.view.place(x, y));
    this.drawn = [];
    if (!this.dragging && e.type === 'pointerup') return this.ask(...at); // which has it drawn
    if (drawn.length > 2 && this.tool === 'lasso') this.on.lasso?.(drawn);
    else if (drawn.length > 1 && this.tool === 'path') this.on.path?.(drawn);
    this.repaint();
  }

  ask(px, py) {
    if (this.points) this.on.click?.(this.view.place(px, py), this.hit(px, py, 4));
  }

  key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const { view } = this, step = e.shiftKey ? 8 : 48;
    const moves = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    if (moves[e.key]) view.pan(...moves[e.key]);
    else if (e.key === '+' || e.key === '=') view.zoom(1.4);
    else if (e.key === '-') view.zoom(1 / 1.4);
    else if (e.key === '0') this.fit();
    else if (e.key === 'Enter') return this.ask(view.width / 2, view.height / 2);
    else return;
    e.preventDefault();
    this.moved();
  }
}
