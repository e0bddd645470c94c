import { bar, button, fill, h, percent, select, short, why } from '../dom.js';
import { middle } from './dimensions.js';

/** directions turns the code along attributes: each that is fitted has a slider, and what else changes by it. */
export function directions(app) {
  const el = h('div', {}), rows = h('div', { class: 'directions' });
  const sliders = new Map(); // by name
  let ours = null; // the code that a slider made
  app.listen(['z'], () => {
    if (app.state.z !== ours) for (const s of sliders.values()) s.reset();
  });
  app.listen(['space'], () => {
    sliders.clear();
    fill(rows);
    build();
  });
  build();
  return { el };

  function build() {
    const names = app.space.directions ?? [];
    if (!names.length) return fill(el, why(app.backend.can('directions') || app.backend.can('attributes') || 'Nothing is known of the examples that the code could be turned along.'));
    const progress = h('span', { class: 'progress', hidden: true });
    const choice = select('Attribute', names.map((n) => [n, n.replace(':', ' = ')]), names[0], () => {});
    const fit = button('Fit its direction', () => prepare(choice.querySelector('select').value, fit, progress), { class: 'primary' });
    fill(el, h('p', { class: 'small' }, 'A direction is fitted to the codes of examples that differ in one attribute. What else changes by it is measured on decoded codes.'),
      h('div', { class: 'fields' }, choice, fit, progress), rows);
  }

  async function prepare(name, fit, progress) {
    fit.disabled = true;
    progress.hidden = false;
    try {
      await app.backend.prepare(`direction:${name}`, (job) => fill(progress, bar(job.done ?? 0), job.text || 'starting'));
      const d = await app.backend.direction(name);
      if (!sliders.has(name)) sliders.set(name, slider(name, d));
      rows.prepend(sliders.get(name).el);
      rows.querySelector('input').focus();
      app.say(`The direction of ${name.replace(':', ' = ')} is ready.`);
    } catch (error) {
      app.fail(error);
    } finally {
      fit.disabled = false;
      progress.hidden = true;
    }
  }

  function slider(name, d) {
    const title = name.replace(':', ' = '), ends = [Math.min(...d.strengths), Math.max(...d.strengths)];
    const value = h('output', {}), effects = h('div', { class: 'effects' });
    let at = 0; // the strength that the code has of it
    const input = h('input', {
      type: 'range', min: ends[0], max: ends[1], step: (ends[1] - ends[0]) / 200, 'aria-label': `${title}, strength`,
      oninput: () => {
        const step = +input.value - at;
        ours = Float32Array.from(app.state.z ?? middle(app), (v, j) => v + step * d.direction[j]);
        put(+input.value);
        app.visit(ours, `changed along ${title}`, null, false);
      },
      onchange: () => app.keep(),
    });
    const put = (strength) => {
      at = strength;
      value.textContent = short(+strength.toFixed(2));
      fill(effects, (d.readings ?? []).map((r) => effect(r, d.strengths, strength, name)));
    };
    const reset = () => {
      input.value = 0;
      put(0);
    };
    reset();
    return { reset, el: h('div', { class: 'direction' }, h('div', { class: 'slider wide', title: d.unit ? `A strength of 1 is ${d.unit}` : '' }, h('span', { class: 'name' }, title), input, value), effects, d.summary ? h('p', { class: 'small' }, d.summary) : null) };
  }
}

/** effect is what was measured of an attribute at a strength. */
function effect(reading, strengths, at, name) {
  const of = reading.shift ?? reading.share ?? reading.changed, measured = of ? between(strengths, of, at) : null;
  const own = name.split(':')[0] === reading.attribute;
  const text = measured === null ? '–' : reading.shift ? `${measured >= 0 ? '+' : '−'}${Math.abs(measured).toFixed(2)} sd` : percent(measured);
  return h('div', { class: own ? 'effect own' : 'effect' }, h('span', {}, reading.attribute), bar(measured === null ? 0 : reading.shift ? Math.abs(measured) / 3 : measured), h('span', {}, text));
}

/** between returns the value at a place between the places where values are known. */
export function between(places, values, at) {
  let i = 0;
  while (i < places.length - 2 && places[i + 1] < at) i++;
  const t = Math.max(0, Math.min(1, (at - places[i]) / (places[i + 1] - places[i] || 1)));
  return values[i] === null || values[i + 1] === null ? null : values[i] + t * (values[i + 1] - values[i]);
}
