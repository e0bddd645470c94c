import { bar, button, fill, h, number, select, why } from '../dom.js';

const NAMES = { model: "the model's prior", kept: 'the distribution in the checkpoint', aggregate: 'the aggregate posterior', gmm: 'a mixture of Gaussians', kde: 'kernels around codes', gaussian: 'a Gaussian', flow: 'a flow' };

/** draws takes codes from a prior and decodes them. */
export function draws(app, chart) {
  const priors = app.space.priors ?? [];
  if (!priors.length) return { el: h('div', {}, why(app.backend.can('draws') || 'This model has no prior to draw from.')) };
  const grid = h('div', { class: app.examples.lines ? 'grid lines' : 'grid' }), progress = h('span', { class: 'progress', hidden: true });
  const chosen = () => (priors.includes(app.state.prior) ? app.state.prior : priors[0]);
  const fields = [
    select('From', priors.map((p) => [p, NAMES[p] ?? p]), chosen(), (prior) => app.set({ prior, drawn: false }, false)),
    number('How many', app.state.n, 1, 64, (n) => app.set({ n }, false)),
    number('Seed', app.state.seed, 0, 999999, (seed) => app.set({ seed }, false)),
  ];
  const go = button('Draw', () => draw(), { class: 'primary' }), again = button('Next seed', () => (app.set({ seed: app.state.seed + 1 }, false), draw()));
  let codes = [];
  app.listen(['drawn', 'prior', 'n', 'seed', 'conditions'], (changed) => {
    const inputs = fields.map((f) => f.querySelector('select, input'));
    [inputs[0].value, inputs[1].value, inputs[2].value] = [chosen(), app.state.n, app.state.seed];
    if (!app.state.drawn) return put([], []);
    if (codes.length === 0 || changed.includes('conditions')) draw(false);
  });
  app.listen(['placed'], mark);
  app.listen(['z'], current);
  return { el: h('div', {}, h('div', { class: 'fields' }, fields), h('div', { class: 'actions' }, go, again, progress), app.backend.can('draws.fitted') ? h('p', { class: 'small' }, app.backend.can('draws.fitted')) : [], grid) };

  async function draw(keep = true) {
    const prior = chosen(), { n, seed } = app.state, { conditions } = app, dim = app.space.dim;
    go.disabled = again.disabled = true;
    try {
      if (prior !== 'model') {
        progress.hidden = false;
        await app.backend.prepare(`prior:${prior}`, (job) => fill(progress, bar(job.done ?? 0), job.text || 'starting'));
      }
      const flat = await app.backend.draw(prior, n, seed, conditions);
      const list = Array.from({ length: flat.length / dim }, (_, i) => flat.slice(i * dim, (i + 1) * dim));
      put(list, await app.examples.decode(list, conditions));
      app.set({ drawn: true, prior }, keep);
      if (keep) app.say(`${list.length} draws from ${NAMES[prior] ?? prior}.`);
    } catch (error) {
      app.fail(error);
    } finally {
      progress.hidden = true;
      go.disabled = again.disabled = false;
    }
  }

  function put(list, parts) {
    codes = list;
    fill(grid, parts.map((part, i) => button(app.examples.view(part, 64, `draw ${i + 1}`), () => app.visit(list[i], `draw ${i + 1} of seed ${app.state.seed} from ${NAMES[chosen()] ?? chosen()}`, app.placeOf(list[i])), { class: 'tile', 'aria-label': `Draw ${i + 1}` })));
    mark();
    current();
  }

  /** current tells which draw is the current code. */
  function current() {
    [...grid.children].forEach((el, i) => el.setAttribute('aria-current', codes[i] === app.state.z));
  }

  function mark() {
    chart.drawn = app.here ? codes.map((z) => app.placeOf(z)) : [];
    chart.marks = chart.drawn;
    chart.map.repaint();
  }
}
