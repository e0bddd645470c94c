import { fill, h, whole, why } from '../dom.js';
import { Latest } from '../latest.js';
import { Points } from '../map/points.js';
import { PointMap } from '../map/map.js';

/** How many milliseconds are between two drawings at least: the run needs the processors more. */
const PAUSE = 1000;
const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE));

/** training is the page of a run: its curves, newest pictures and map, as they come. */
export function training(app, extra) {
  const reason = app.backend.can('training');
  if (reason || !extra.curves) return { el: h('div', {}, why(reason)) };
  const head = h('p', { class: 'run', role: 'status' }), curves = h('div', { class: 'curves' }), figures = h('div', { class: 'newest' });
  const map = new PointMap({}), small = h('figure', { class: 'small-map' }, map.el, h('figcaption', {}, 'the map'));
  map.el.setAttribute('aria-label', 'Small map of codes');
  const newest = new Latest(again, (_, event) => app.state.tab === 'training' && app.say(`A new checkpoint, of step ${whole(event.step)}: the map is of it now.`), app.fail);
  const records = [], draw = extra.curves(curves), drawn = {};
  const drawing = new Latest(async () => {
    if (app.state.tab === 'training') draw(records);
    await pause();
  }, () => {}, app.fail);
  let begun = false;
  const status = {};
  app.backend.watch((kind, event) => {
    if (kind === 'run') follow(event);
    else if (kind === 'checkpoint') newest.run(event);
    else if (kind === 'lost') app.say(event.closed ? 'The program does not tell this page what it does. Close other pages of it, and reload this one.' : 'The program does not answer any more. The page waits for it.', true);
    else if (kind === 'open' && app.status.classList.contains('alarm')) app.say('Connected again.');
  });
  app.listen(['theme', 'tab'], () => begun && app.state.tab === 'training' && draw(records));
  for (const [of, event] of [[document, 'theme'], [matchMedia('(prefers-color-scheme: dark)'), 'change']]) of.addEventListener(event, () => begun && draw(records));
  return { el: h('div', { class: 'training' }, h('h2', {}, 'Training'), head, h('div', { class: 'side' }, h('div', {}, curves, small), figures)), shown: () => begin().catch(app.fail) };

  async function begin() {
    if (begun) return;
    begun = true;
    mirror();
    const run = await app.backend.training();
    Object.assign(status, run.manifest ?? run);
    records.push(...(run.records ?? []));
    tell();
    draw(records);
    pictures(run.pictures ?? { samples: 0, reconstructions: 0 });
  }

  function follow(event) {
    Object.assign(status, { status: event.status, step: event.step, epoch: event.epoch });
    if (!begun) return;
    records.push(...(event.records ?? []).filter((r) => !records.some((x) => x.step === r.step)));
    tell();
    if (event.records?.length) drawing.run();
    if (event.pictures) pictures(event.pictures);
  }

  function tell() {
    const { status: of, step, epoch, examples_per_second: pace, stopped, error } = status;
    fill(head, h('strong', {}, of ?? 'unknown'), [epoch === undefined ? '' : `epoch ${epoch}`, step === undefined ? '' : `step ${whole(step)}`, pace ? `${whole(Math.round(pace))} examples/s` : '', stopped ?? '', error ?? ''].filter(Boolean).map((s) => ` · ${s}`).join(''));
    if (!records.length) head.append(' · no measurement yet: curves come with the first');
  }

  function pictures(numbers) {
    const kinds = Object.entries(numbers).filter(([, n]) => n !== null && n !== undefined);
    if (kinds.every(([kind, n]) => drawn[kind] === n)) return;
    Object.assign(drawn, numbers);
    fill(figures, kinds.map(([kind, n]) => {
      const img = h('img', { src: app.backend.picture(kind, n), alt: `The run's newest ${kind}`, onerror: () => img.parentElement.remove() });
      return h('figure', {}, img, h('figcaption', {}, `newest ${kind}`));
    }));
  }

  async function again() {
    await app.read();
    await app.chart.choose(app.state.view);
    app.tell(['space', 'z']);
    mirror();
    await pause();
  }

  function mirror() {
    small.hidden = !app.here;
    if (!app.here) return;
    const { points, colours, palette } = app.chart.map;
    if (points instanceof Points) map.show(points, colours, palette);
  }
}
