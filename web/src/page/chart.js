import { h, fill, percent, short, whole } from '../dom.js';
import { PointMap } from '../map/map.js';
import { MUTED, classColour, css, indices, palette, rampColour } from '../map/palette.js';
import { accent } from './examples.js';
import { hover } from './hover.js';
import { matches } from './search.js';

/** With at most so many points in view, their pictures stand in place of dots. */
const NEAR = 160;

/** Chart is the map of the space: colours, marks, pictures and legend over the points. */
export class Chart {
  constructor(app) {
    this.app = app;
    this.marks = []; // of draws: places
    this.track = []; // of the path: places
    this.framed = []; // pictures on the map: left, top, width, height in pixels, and their point
    this.legend = h('div', { class: 'legend' });
    this.axes = h('p', { class: 'axes' });
    this.map = new PointMap({
      click: (place, point) => this.click(place, point),
      hover: (point, at) => this.card.show(point, at),
      lasso: (polygon) => app.set({ lasso: polygon.flat(), panel: 'selection', tool: 'move' }),
      path: (places) => this.onpath?.(places),
      view: () => (app.set({ view: this.map.part() }, false), app.settle()),
      hit: (x, y) => this.framed.findLast(([left, top, w, hgt]) => x >= left && x <= left + w && y >= top && y <= top + hgt)?.[4] ?? -1,
      paint: (c, view) => this.paint(c, view),
    });
    this.card = hover(app);
    this.map.el.append(this.axes, this.card.el);
    this.empty = h('p', { class: 'why over', hidden: true });
    const zooms = h('div', { class: 'zooms' }, [['+', 'Zoom in', 1.6], ['−', 'Zoom out', 1 / 1.6], ['⤢', 'Show all', 0]].map(([text, label, factor]) => h('button', {
      type: 'button', class: 'icon', 'aria-label': label, title: label, onclick: () => this.zoom(factor),
    }, text)));
    this.el = h('div', { class: 'chart' }, this.map.el, zooms, this.legend, this.empty);
    app.listen(['map'], () => this.choose(app.state.view).catch(app.fail));
    app.listen(['colour', 'search', 'lasso', 'theme'], () => this.colour().catch(app.fail));
    app.listen(['view'], () => {
      if (String(this.map.part().map((v) => v.toPrecision(5))) !== String((app.state.view ?? []).map((v) => (+v).toPrecision(5)))) this.map.look(app.state.view);
    });
    app.listen(['z', 'at', 'pictures', 'pins'], () => this.map.repaint());
    app.listen(['tool'], () => this.tool());
    for (const on of [document, matchMedia('(prefers-color-scheme: dark)')]) on.addEventListener(on === document ? 'theme' : 'change', () => this.colour().catch(app.fail));
    this.tool();
  }

  async begin() {
    if (!this.app.state.map) {
      this.empty.hidden = false;
      this.empty.textContent = this.app.backend.can('map') || 'This model has no map.';
      return;
    }
    await this.choose(this.app.state.view);
  }

  tool() {
    this.map.tool = this.app.state.tool;
    this.map.el.dataset.tool = this.app.state.tool;
  }

  zoom(factor) {
    if (factor) this.map.view.zoom(factor);
    else this.map.fit();
    this.map.moved();
  }

  /** choose shows the map of the state. */
  async choose(view = null) {
    const { app } = this, method = app.state.map;
    const about = app.space.maps.find((m) => m.method === method);
    if (!about) return;
    const map = await app.map(method);
    if (app.state.map !== method) return; // another was chosen meanwhile
    app.here = map;
    const [across, up] = about.axes ?? [];
    fill(this.axes, across ? [h('span', { class: 'across' }, `${across} →`), h('span', { class: 'up' }, `${up} ↑`)] : []);
    await this.colour();
    this.map.look(view);
    app.tell(['placed']);
  }

  /** colour gives the points the colours of the state, and mutes what is not asked for. */
  async colour() {
    const { app } = this, { here } = app;
    if (!here) return;
    const attribute = app.attribute(app.state.colour);
    const values = attribute ? await app.attributeValues(attribute.name) : null;
    const chosen = await this.marked();
    const of = indices(values ?? [], attribute, here.points.n), colours = new Uint8Array(here.points.n);
    for (let k = 0; k < colours.length; k++) {
      const i = here.points.order[k];
      colours[k] = chosen && !chosen[i] ? MUTED : of[i];
    }
    const style = getComputedStyle(document.body);
    const channel = (name) => style.getPropertyValue(name).trim().split(' ').map(Number);
    this.map.show(here.points, colours, palette(attribute, chosen !== null, channel('--accent-rgb'), channel('--muted-rgb')));
    this.shown = of;
    this.draw(attribute, values);
  }

  /** marked says of each point whether it is selected or searched for; null if all are. */
  async marked() {
    const { app } = this;
    if (app.state.search) return (await matches(app, app.state.search)).hit;
    const selected = this.selected();
    if (!selected) return null;
    const hit = new Uint8Array(app.codes.n);
    for (const i of selected) hit[i] = 1;
    return hit;
  }

  /** selected returns the points in the lasso, null if there is none. */
  selected() {
    const { lasso } = this.app.state;
    if (!lasso || lasso.length < 6 || !this.app.here) return null;
    if (this.lasso !== lasso || this.lassoed !== this.app.here) {
      const polygon = Array.from({ length: lasso.length >> 1 }, (_, i) => [lasso[2 * i], lasso[2 * i + 1]]);
      [this.lasso, this.lassoed, this.inside] = [lasso, this.app.here, this.app.here.points.inside(polygon)];
    }
    return this.inside;
  }

  /** draw makes the legend. */
  draw(attribute, values) {
    const { app } = this;
    if (!attribute) return fill(this.legend, app.space.attributes?.length ? [] : h('span', { class: 'small' }, app.backend.can('attributes')));
    if (!attribute.words) {
      const ramp = h('span', { class: 'ramp' }, Array.from({ length: 24 }, (_, k) => {
        const el = h('i', {});
        el.style.background = css(rampColour(k / 23));
        return el;
      }));
      return fill(this.legend, h('strong', {}, attribute.name), h('span', {}, short(attribute.min)), ramp, h('span', {}, short(attribute.max)));
    }
    const counts = new Map();
    for (const v of values) counts.set(v, (counts.get(v) ?? 0) + 1);
    const used = attribute.words.map((word, k) => [word, k]).filter(([, k]) => counts.get(k)).slice(0, 24);
    fill(this.legend, h('strong', {}, attribute.name), used.map(([word, k]) => {
      const dot = h('i', { class: 'dot' }), search = `${attribute.name}=${word}`;
      dot.style.background = css(classColour(k));
      return h('button', {
        type: 'button', class: 'chip', 'aria-pressed': app.state.search === search, title: `${whole(counts.get(k))} of ${whole(values.length)}, ${percent(counts.get(k) / values.length)}`,
        onclick: () => app.set({ search: app.state.search === search ? '' : search }),
      }, dot, word);
    }));
  }

  click(place, point) {
    const { app } = this;
    if (app.state.tool === 'path') {
      app.set({ stops: [...app.state.stops, point < 0 ? app.codeAt(...place).code : app.codes.at(point)], panel: 'path' });
    } else if (point < 0) app.visitPlace(place);
    else app.visitExample(point);
  }

  paint(c, view) {
    this.thumbnails(c, view);
    const colour = accent();
    if (this.track.length > 1) line(c, this.track.map((p) => view.pixel(...p)), colour);
    for (const p of this.marks) ring(c, view.pixel(...p), 4, colour);
    const { lasso, z, at } = this.app.state;
    if (lasso?.length >= 6) outline(c, view, lasso, colour);
    if (z && this.app.here) target(c, view.pixel(...(at ?? this.app.placeOf(z))), colour);
    if (document.activeElement === this.map.el && this.map.el.matches(':focus-visible')) middle(c, view);
  }

  /** thumbnails draws the pictures of points where few are in view, or everywhere if asked to. */
  thumbnails(c, view) {
    const { app } = this, all = app.state.pictures, { thumbnail } = app.space;
    this.framed = [];
    if (!thumbnail || !app.here) return;
    const { points, count } = app.here.points.within(...view.box(), all ? 200000 : NEAR);
    if (!all && count > NEAR) return;
    const most = Math.max(thumbnail.width, thumbnail.height);
    const times = most > 40 ? 1 / Math.ceil(most / 48) : all && count > NEAR ? 1 : Math.max(1, Math.min(3, Math.floor(Math.sqrt((view.width * view.height) / 6 / Math.max(1, count)) / most)));
    const w = thumbnail.width * times, hgt = thumbnail.height * times;
    c.imageSmoothingEnabled = times < 1;
    for (const i of all ? this.sparse(points, w / view.scale, hgt / view.scale) : points) {
      const picture = app.pictures.get(i, () => this.map.repaint());
      if (!picture) continue;
      const k = app.here.points.position[i], [x, y] = view.pixel(app.here.points.x[k], app.here.points.y[k]);
      const left = Math.round(x - w / 2), top = Math.round(y - hgt / 2);
      c.drawImage(picture, left, top, w, hgt);
      c.strokeStyle = this.colourOf(k);
      c.lineWidth = 2;
      c.strokeRect(left - 1, top - 1, w + 2, hgt + 2);
      this.framed.push([left, top, w, hgt, i]);
    }
  }

  colourOf(k) {
    const { red, green, blue } = this.map.palette, colour = this.map.colours[k];
    return css([red[colour], green[colour], blue[colour]]);
  }

  /**
   * sparse returns points whose pictures do not overlap: of each cell of a grid the first point, if
   * no neighbour is in its way. The grid stays where it is as the map moves.
   */
  sparse(points, w, hgt) {
    const of = this.app.here.points, cells = new Map(), kept = [];
    const column = (i) => Math.floor(of.x[of.position[i]] / w), row = (i) => Math.floor(of.y[of.position[i]] / hgt);
    for (const i of points) {
      const key = column(i) * 65536 + row(i);
      if (!(cells.get(key) <= i)) cells.set(key, i);
    }
    for (const [key, i] of [...cells].sort((a, b) => a[0] - b[0])) {
      const k = of.position[i];
      const free = [-65537, -65536, -65535, -1].every((by) => {
        const other = of.position[cells.get(key + by)];
        return other === undefined || Math.abs(of.x[other] - of.x[k]) >= 1.1 * w || Math.abs(of.y[other] - of.y[k]) >= 1.1 * hgt;
      });
      if (free) kept.push(i);
      else cells.delete(key);
    }
    return kept;
  }
}

function line(c, pixels, colour) {
  c.strokeStyle = c.fillStyle = colour;
  c.lineWidth = 2.5;
  c.beginPath();
  for (const p of pixels) c.lineTo(...p);
  c.stroke();
  for (const p of pixels) {
    c.beginPath();
    c.arc(...p, 3.5, 0, 7);
    c.fill();
  }
}

function outline(c, view, flat, colour) {
  c.strokeStyle = colour;
  c.lineWidth = 1.5;
  c.setLineDash([5, 4]);
  c.beginPath();
  for (let i = 0; i + 1 < flat.length; i += 2) c.lineTo(...view.pixel(flat[i], flat[i + 1]));
  c.closePath();
  c.stroke();
  c.setLineDash([]);
}

function ring(c, [x, y], radius, colour) {
  for (const [width, style] of [[5, 'white'], [2.5, colour]]) {
    c.strokeStyle = style;
    c.lineWidth = width;
    c.beginPath();
    c.arc(x, y, radius, 0, 7);
    c.stroke();
  }
}

// target marks where the current code is.
function target(c, [x, y], colour) {
  ring(c, [x, y], 9, colour);
  c.fillStyle = colour;
  c.beginPath();
  c.arc(x, y, 2.5, 0, 7);
  c.fill();
}

function middle(c, view) {
  const x = view.width / 2, y = view.height / 2;
  c.strokeStyle = accent();
  c.lineWidth = 1.5;
  c.beginPath();
  for (const [dx, dy] of [[-1, 0], [1, 0], [0, -1], [0, 1]]) {
    c.moveTo(x + 4 * dx, y + 4 * dy);
    c.lineTo(x + 12 * dx, y + 12 * dy);
  }
  c.stroke();
}
