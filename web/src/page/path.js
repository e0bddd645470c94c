import { button, fill, h, number, save, select, why } from '../dom.js';
import { along } from '../codes.js';
import { Latest } from '../latest.js';
import { gif } from '../save/gif.js';
import { strip } from '../save/strip.js';
import { csv } from '../save/csv.js';
import { listen } from './sound.js';

/** A drawn line becomes at most so many stops. */
const STOPS = 8;

/** evenly returns places on a line, at about a distance from each other: both ends, and at most STOPS. */
export function evenly(line, apart) {
  const lengths = [0];
  for (let i = 1; i < line.length; i++) lengths.push(lengths[i - 1] + Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1]));
  const whole = lengths[lengths.length - 1], n = Math.min(STOPS, Math.max(2, Math.round(whole / apart) + 1));
  return Array.from({ length: n }, (_, k) => {
    const at = (k / (n - 1)) * whole;
    let i = 0;
    while (i < line.length - 2 && lengths[i + 1] < at) i++;
    const t = Math.min(1, (at - lengths[i]) / (lengths[i + 1] - lengths[i] || 1));
    return [0, 1].map((c) => line[i][c] + t * (line[i + 1][c] - line[i][c]));
  });
}

/** path is the way from stop to stop, with what the model makes along it. */
export function path(app, chart) {
  const stops = h('div', { class: 'strip stops' }), steps = h('div', { class: app.examples.lines ? 'grid lines' : 'grid' }), actions = h('div', { class: 'actions' });
  const empty = why('A path needs two stops. Choose the tool Path and draw a line on the map, or click stops; or press “Add to path” above.');
  let codes = [], parts = [];
  const latest = new Latest((z) => app.examples.decode(z), (decoded, z) => {
    parts = decoded;
    fill(steps, parts.map((part, i) => step(z, i, button(app.examples.view(part, 64, `step ${i + 1}`), () => app.visit(z[i], `step ${i + 1} of ${z.length} of the path`, app.placeOf(z[i])), { class: 'tile', 'aria-label': `Step ${i + 1} of ${z.length}` }))));
    mark();
    fill(actions, saving());
  }, app.fail);
  chart.onpath = (places) => {
    const stops = evenly(places, 90 / chart.map.view.scale);
    app.set({ stops: stops.map((p) => app.codeAt(...p).code), panel: 'path' });
    app.say(`A path of ${stops.length} stops.`);
  };
  const count = number('Steps', app.state.steps, 2, 64, (n) => app.set({ steps: n }));
  const way = select('Way', [['lerp', 'straight (lerp)'], ['slerp', 'turning (slerp)']], app.state.way, (w) => app.set({ way: w }));
  app.listen(['z'], mark);
  app.listen(['stops', 'steps', 'way', 'conditions', 'placed', 'space'], show);
  return { el: h('div', {}, stops, empty, h('div', { class: 'fields' }, count, way), steps, actions) };

  function show() {
    const { state } = app;
    count.querySelector('input').value = state.steps;
    way.querySelector('select').value = state.way;
    fill(stops, state.stops.map((z, i) => chip(z, i)), state.stops.length ? button('Clear', () => app.set({ stops: [] }), { class: 'quiet' }) : []);
    empty.hidden = state.stops.length > 1;
    if (state.stops.length < 2) {
      codes = [];
      chart.track = state.stops.map((z) => app.placeOf(z));
      chart.marks = chart.track.length ? chart.track : (chart.drawn ?? []);
      fill(steps);
      fill(actions);
      return chart.map.repaint();
    }
    codes = along(state.stops, state.steps, state.way);
    chart.marks = chart.drawn ?? [];
    chart.track = app.here ? codes.map((z) => app.placeOf(z)) : [];
    chart.map.repaint();
    latest.run(codes);
  }

  /** step is a step's picture, with a button below that plays it where it is sound. */
  function step(z, i, tile) {
    if (app.space.view !== 'sound' || app.backend.can('sound')) return tile;
    return h('span', { class: 'sounding' }, tile, button('▶', () => listen(app, z[i]).catch(app.fail), { 'aria-label': `Play step ${i + 1}` }));
  }

  /** mark tells which step is the current code. */
  function mark() {
    steps.querySelectorAll('.tile').forEach((el, i) => el.setAttribute('aria-current', codes[i] === app.state.z));
  }

  function chip(z, i) {
    return h('span', { class: 'stop' }, button(`${i + 1}`, () => app.visit(z, `stop ${i + 1} of the path`, app.placeOf(z)), { 'aria-label': `Go to stop ${i + 1}` }),
      button('×', () => app.set({ stops: app.state.stops.filter((_, k) => k !== i) }), { 'aria-label': `Remove stop ${i + 1}`, class: 'remove' }));
  }

  function saving() {
    const canvases = parts.map((p) => app.examples.canvas(p));
    if (canvases.every(Boolean)) {
      return [
        button('Save PNG', () => strip(canvases).then((blob) => save('path.png', blob))),
        button('Save GIF', () => save('path.gif', new Blob([gif(canvases)], { type: 'image/gif' }))),
      ];
    }
    if (parts[0]?.text !== undefined) return [button('Save text', () => save('path.txt', `${parts.map((p) => p.text).join('\n')}\n`))];
    return [button('Save CSV', () => save('path.csv', csv([app.space.columns ?? [], ...parts.map((p) => p.cells ?? p.values)])))];
  }
}
