import { bar, button, fill, h, percent, save, short, whole, why } from '../dom.js';
import { csv } from '../save/csv.js';

/** Names are asked for one by one, so of at most so many. */
const NAMED = 500;

/** selection is what the lasso holds: how many, what they are, their mean code, a table of them. */
export function selection(app, chart) {
  const el = h('div', {});
  app.listen(['lasso', 'placed', 'space'], () => show().catch(app.fail));
  return { el, shown: () => show().catch(app.fail) };

  async function show() {
    const points = chart.selected();
    if (!points) {
      return fill(el, why('Nothing is selected. Choose the tool Lasso and draw around points on the map.'),
        app.state.search ? null : button('Lasso', () => app.set({ tool: 'lasso' }, false)));
    }
    const held = await composition(app, points);
    fill(el, h('p', { class: 'count' }, h('strong', {}, whole(points.length)), ` ${points.length === 1 ? app.noun : `${app.noun}s`} of ${whole(app.codes.n)}`),
      held, h('div', { class: 'actions' },
        button('Decode mean code', () => app.visit(app.codes.mean(points), `the mean of ${whole(points.length)} codes`), { disabled: !points.length, class: 'primary' }),
        button('Save CSV', () => table(app, points).catch(app.fail), { disabled: !points.length }),
        button('Clear', () => app.set({ lasso: null }))),
      h('div', { class: app.examples.lines ? 'grid lines' : 'grid' }, points.slice(0, 40).map((i) => button(app.examples.thumbnail(i, 40), () => app.visitExample(i), { class: 'tile', 'aria-label': `${app.noun} ${i}` }))));
  }
}

/** composition says what the attribute of the colours is among some points. */
async function composition(app, points) {
  const a = app.attribute(app.state.colour);
  if (!a || !points.length) return null;
  const values = await app.attributeValues(a.name);
  if (!a.words) {
    const known = points.map((i) => values[i]).filter((v) => v === v), all = values.filter((v) => v === v), mean = (l) => l.reduce((s, v) => s + v, 0) / l.length;
    return h('p', {}, `${a.name}: mean ${short(mean(known))} (of all ${short(mean(all))})`);
  }
  const counts = new Map();
  for (const i of points) counts.set(values[i], (counts.get(values[i]) ?? 0) + 1);
  const rows = [...counts].sort((x, y) => y[1] - x[1]).slice(0, 8);
  return h('div', { class: 'effects' }, rows.map(([v, n]) => h('div', { class: 'effect' }, h('span', {}, a.words[v] ?? 'unknown'), bar(n / points.length), h('span', {}, percent(n / points.length)))));
}

/** table saves what is known of some points. */
async function table(app, points) {
  const attributes = app.space.attributes ?? [], values = await Promise.all(attributes.map((a) => app.attributeValues(a.name)));
  const named = points.length <= NAMED && app.tells;
  if (named) app.say('Asking for the names…');
  const names = named ? await Promise.all(points.map((i) => app.examples.about(i))) : [];
  const cell = (a, v) => (v !== v ? '' : a.words ? (a.words[v] ?? '') : String(+v.toPrecision(7)));
  const first = attributes.findIndex((a) => a.words);
  const rows = points.map((i, k) => [i, names[k]?.name ?? '', first < 0 ? '' : cell(attributes[first], values[first][i]), ...attributes.map((a, j) => cell(a, values[j][i]))]);
  save('selection.csv', csv([['index', 'name', 'label', ...attributes.map((a) => a.name)], ...rows]));
  app.say(`Saved selection.csv with ${whole(points.length)} rows${named ? '' : `, without names: they are asked for up to ${NAMED} rows`}.`);
}
