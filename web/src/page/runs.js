import { fill, h, short, whole, why } from '../dom.js';
import { fragment, START } from '../state.js';

const MARKS = { better: ['▲', 'better'], worse: ['▼', 'worse'], other: ['✱', 'different'], protocol: ['?', 'measured otherwise'] };

/** runs is a table of the runs on this machine, with compare's marks where reports are kept. */
export function runs(app) {
  const el = h('div', { class: 'runs' }, h('h2', {}, 'Runs'));
  const reason = app.backend.can('runs');
  if (reason) return { el: fill(el, why(reason)) };
  return { el, shown: () => read().catch(app.fail) };

  async function read() {
    const reply = await app.backend.runs(), list = Array.isArray(reply) ? reply : reply.runs;
    fill(el, h('h2', {}, 'Runs'), list.length ? table(list) : why('No run is in the folder that the program was started in.'), compared(reply.compare));
  }

  function table(list) {
    const figures = [...new Set(list.flatMap((r) => Object.keys(r.figures ?? {})))].slice(0, 6);
    return h('div', { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'Table of runs' }, h('table', {},
      h('thead', {}, h('tr', {}, ['name', 'kind', 'status', 'epoch', 'step', ...figures].map((t) => h('th', { scope: 'col' }, t.replaceAll('_', ' '))))),
      h('tbody', {}, list.map((r) => h('tr', { class: r.run === app.state.run ? 'open' : '' },
        h('th', { scope: 'row' }, r.run === app.state.run ? [r.name, ' ', h('span', { class: 'badge' }, 'open')] : r.open === false ? r.name : h('a', { href: `#${fragment({ ...START, run: r.run })}` }, r.name)),
        h('td', {}, r.kind), h('td', {}, r.status), h('td', { class: 'n' }, whole(r.epoch ?? 0)), h('td', { class: 'n' }, whole(r.step ?? 0)),
        figures.map((f) => h('td', { class: 'n' }, short(number(r.figures?.[f])))))))));
  }

  function compared(c) {
    if (!c?.rows?.length) return h('p', { class: 'small' }, 'Reports of two runs are set side by side here, with marks, once “sample evaluate” has kept them.');
    return [h('h2', {}, 'Side by side'), h('div', { class: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'Runs side by side' }, h('table', {},
      h('thead', {}, h('tr', {}, ['figure', ...c.names, 'unit'].map((t) => h('th', { scope: 'col' }, t)))),
      h('tbody', {}, c.rows.map((row) => h('tr', {}, h('th', { scope: 'row' }, row.name.replaceAll('_', ' ')), row.values.map(cell), h('td', {}, row.unit)))))),
    h('p', { class: 'small' }, 'Beyond two standard errors of the difference to the first run: ▲ better, ▼ worse, ✱ different; ? measured otherwise.'),
    (c.notes ?? []).map((n) => h('p', { class: 'small' }, n))];
  }
}

function number(figure) {
  return typeof figure === 'object' && figure ? figure.value : figure;
}

function cell(v) {
  if (!v) return h('td', { class: 'n' }, '–');
  const [sign, word] = MARKS[v.mark] ?? ['', ''];
  return h('td', { class: `n ${v.mark ?? ''}` }, sign ? h('span', { title: word, 'aria-label': word }, `${sign} `) : null, short(v.value), h('span', { class: 'error' }, ` ± ${short(v.standard_error)}`));
}
