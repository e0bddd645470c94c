import { bar, button, fill, h, percent, short, why } from '../dom.js';
import { middle } from './dimensions.js';

/** directions is a slider for each attribute along its direction, with what else changes by it. */
export function directions(app) {
  const el = h('div', {}), known = new Map();
  const moved = new Map(); // how far each slider has gone since the code came from elsewhere
  let ours = null;
  app.listen(['z'], () => {
    if (app.state.z === ours) return;
    moved.clear();
    for (const input of el.querySelectorAll('input[type=range]')) input.value = 0;
  });
  return { el, shown: () => el.childElementCount || build() };

  function build() {
    const names = app.space.directions ?? [], reason = app.backend.can('directions') || app.backend.can('attributes');
    if (!names.length) return fill(el, why(reason || 'Nothing is known of the examples that the model could be turned towards.'));
    fill(el, h('p', { class: 'small' }, 'A direction is fitted to the codes of examples that differ in one attribute. What else changes by it is measured on decoded codes.'),
      h('div', { class: 'sliders' }, names.map((name) => row(name))));
  }

  function row(name) {
    const progress = h('span', { class: 'progress', hidden: true }), box = h('div', { class: 'direction' });
    const fit = button('Fit', () => prepare(), { 'aria-label': `Fit the direction of ${name}` });
    fill(box, h('div', { class: 'slider' }, h('span', { class: 'name wide' }, name.replace(':', ' = ')), progress, fit));
    return box;

    async function prepare() {
      fit.disabled = true;
      progress.hidden = false;
      try {
        await app.backend.prepare(`direction:${name}`, (job) => fill(progress, bar(job.done ?? 0), job.text || 'starting'));
        known.set(name, await app.backend.direction(name));
        fill(box, ...slider(name, known.get(name)));
        box.querySelector('input').focus();
        app.say(known.get(name).summary ?? `The direction of ${name} is ready.`);
      } catch (error) {
        fit.disabled = false;
        progress.hidden = true;
        app.fail(error);
      }
    }
  }

  function slider(name, d) {
    const ends = [Math.min(...d.strengths), Math.max(...d.strengths)], value = h('output', {}, '0'), effects = h('div', { class: 'effects' });
    const input = h('input', {
      type: 'range', min: ends[0], max: ends[1], step: (ends[1] - ends[0]) / 100, value: 0, 'aria-label': `${name}, strength`,
      oninput: () => {
        const step = +input.value - (moved.get(name) ?? 0);
        moved.set(name, +input.value);
        ours = Float32Array.from(app.state.z ?? middle(app), (v, j) => v + step * d.direction[j]);
        value.textContent = short(+(+input.value).toFixed(2));
        show();
        app.visit(ours, `changed along ${name}`, null, false);
      },
      onchange: () => app.keep(),
    });
    input.value = 0;
    const show = () => fill(effects, (d.readings ?? []).map((r) => effect(r, d.strengths, +input.value, name)));
    show();
    return [h('div', { class: 'slider' }, h('span', { class: 'name wide', title: d.unit ? `A strength of 1 is ${d.unit}` : '' }, name.replace(':', ' = ')), input, value), effects,
      d.summary ? h('p', { class: 'small' }, d.summary) : null].filter(Boolean);
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
function between(places, values, at) {
  let i = 0;
  while (i < places.length - 2 && places[i + 1] < at) i++;
  const t = Math.max(0, Math.min(1, (at - places[i]) / (places[i + 1] - places[i] || 1)));
  return values[i] === null || values[i + 1] === null ? null : values[i] + t * (values[i + 1] - values[i]);
}
