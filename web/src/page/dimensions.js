import { bar, button, fill, h, short, why } from '../dom.js';

/** How many dimensions are shown at first. */
const FIRST = 12;

/** What the orders of the dimensions are. */
const ORDERS = {
  kl: 'In the order of what they carry: by their KL divergence from the prior, in nats',
  sensitivity: 'In the order of what they carry: by how much the decoded example changes with them',
  index: 'In the order of their numbers, as nothing was measured of what they carry',
};

/** dimensions is a slider for each dimension of the code, in the order of what they carry. */
export function dimensions(app) {
  const el = h('div', {});
  let rows = [], all = false;
  app.listen(['z', 'space'], () => !el.parentElement?.hidden && show());
  return { el, shown: build };

  function build() {
    const of = app.space.dimensions ?? [];
    if (!of.length) return fill(el, why(app.backend.can('dimensions') || 'This model has no dimensions that could be moved one by one.'));
    const most = Math.max(...of.map(carried));
    rows = (all ? of : of.slice(0, FIRST)).map((d) => row(d, most));
    fill(el, h('p', { class: 'small' }, `${ORDERS[app.space.order]}. A slider reaches 3 deviations to either side of the mean.`),
      h('div', { class: 'sliders' }, rows.map((r) => r.el)),
      h('div', { class: 'actions' },
        of.length > FIRST ? button(all ? `Show the first ${FIRST}` : `Show all ${of.length}`, () => ((all = !all), build())) : null,
        button('All to their mean', () => app.visit(middle(app), 'the mean of the codes'))));
    show();
  }

  function show() {
    const z = app.state.z ?? middle(app);
    for (const r of rows) r.set(z[r.index]);
  }

  function carried(d) {
    return app.space.order === 'index' ? 0 : (d[app.space.order] ?? 0);
  }

  function row(d, most) {
    const reach = 3 * (d.deviation || 1), value = h('output', {});
    const name = `dimension ${d.index}`, measured = app.space.order !== 'index';
    const tells = measured ? `carries ${short(carried(d))}${app.space.order === 'kl' ? ' nats' : ''}` : '';
    const input = h('input', {
      type: 'range', min: d.mean - reach, max: d.mean + reach, step: reach / 150, 'aria-label': measured ? `${name}, ${tells}` : name,
      oninput: () => {
        const z = Float32Array.from(app.state.z ?? middle(app));
        z[d.index] = +input.value;
        app.visit(z, `changed by ${name}`, null, false);
      },
      onchange: () => app.keep(),
      ondblclick: () => ((input.value = d.mean), input.dispatchEvent(new Event('input')), app.keep()),
    });
    return {
      index: d.index,
      el: h('div', { class: 'slider' }, h('span', { class: 'name', title: tells }, `z${d.index}`, measured ? [bar(most ? carried(d) / most : 0), h('span', { class: 'small' }, short(carried(d)))] : []), input, value),
      set(v) {
        input.value = v;
        value.textContent = short(Math.abs(v) < 0.005 ? 0 : +v.toFixed(2));
        input.setAttribute('aria-valuetext', short(v));
      },
    };
  }
}

/** middle returns the mean of the codes. */
export function middle(app) {
  const z = new Float32Array(app.space.dim);
  for (const d of app.space.dimensions ?? []) z[d.index] = d.mean ?? 0;
  return z;
}
