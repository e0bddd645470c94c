import { bar, button, figure, fill, h, percent, save, select, short, why } from '../dom.js';
import { remoteness } from '../codes.js';
import { Latest } from '../latest.js';
import { encode } from '../state.js';
import { title } from './hover.js';
import { play } from './sound.js';

/** How many of the nearest examples are shown. */
const SHOWN = 5;

/** here shows the current code decoded, how far it is from the data, and the nearest examples. */
export function here(app) {
  const picture = h('div', { class: 'decoded' }), beside = h('div', { class: 'original' });
  const words = h('div', { class: 'words' }), near = h('div', { class: 'near' }), actions = h('div', { class: 'actions' });
  const empty = h('p', { class: 'why' }, 'Nothing is chosen yet. Click anywhere on the map, or move a slider.');
  const body = h('div', { class: app.examples.lines ? 'here-body lines' : 'here-body' }, h('div', { class: 'pictures' }, picture, beside), words, near);
  const blind = app.backend.can('decode');
  const latest = new Latest(async (z) => (blind ? [] : app.examples.decode([z])), ([part]) => {
    if (blind) return later();
    app.decoded = part;
    fill(picture, figure(app.examples.view(part, 168, 'What the model makes of this code'), 'decoded'));
    app.tell(['decoded']);
    later();
  }, (error) => {
    app.decoded = null;
    fill(picture, why(error.message)); // in place of the picture of another code
    app.tell(['decoded']);
    app.fail(error);
    later();
  });
  if (blind) picture.append(why(blind));
  let pending = null;
  let asked = null;
  app.decodeFirst = (z) => latest.run((asked = z));
  app.listen(['z'], show);
  app.listen(['conditions', 'space'], () => {
    asked = null;
    show();
  });
  return { el: h('section', { class: 'here', 'aria-label': 'Here' }, h('div', { class: 'head' }, h('h2', {}, 'Here'), actions), conditions(app), empty, body) };

  function show() {
    const { z } = app.state;
    empty.hidden = z !== null;
    body.hidden = actions.hidden = z === null;
    if (z && z !== asked) app.decodeFirst(z);
  }

  /** later tells of the code once its picture is there, which comes first. */
  function later() {
    pending ??= requestAnimationFrame(() => {
      pending = null;
      if (app.state.z) tell(app.state.z);
    });
  }

  function tell(z) {
    const i = app.example;
    original(i);
    fill(words, h('p', { class: 'from' }, from(app)), distance(z, i), mixture(app), app.space.view === 'sound' && app.backend.can('sound') ? h('p', { class: 'small' }, app.backend.can('sound')) : []);
    const nearest = app.codes.nearest(z, SHOWN, i);
    fill(near, nearest.length ? h('h3', {}, `Nearest ${app.noun}s`) : [], h('div', { class: app.examples.lines ? 'strip lines' : 'strip' }, nearest.map((p) => neighbour(p))),
      app.space.every > 1 && nearest.length ? h('p', { class: 'small' }, 'This file has some pictures only. The others are what the model makes of the codes.') : []);
    fill(actions, button('Pin', () => pin(z)), button('Add to path', () => app.set({ stops: [...app.state.stops, z], panel: 'path' })), saving(z));
    app.tell(['near']);
  }

  async function original(i) {
    if (i < 0 || !app.tells) return fill(beside);
    const about = await app.examples.about(i);
    if (app.example !== i || !about) return;
    fill(beside, about.original ? figure(app.examples.view(about.original, 168, 'The example'), title(app, i, about)) : []);
  }

  function distance(z, i) {
    const { nearest } = app.space;
    if (!nearest?.quantiles?.length || app.codes.n <= nearest.k) return h('p', { class: 'small' }, app.backend.can('nearest'));
    const at = app.codes.nearest(z, nearest.k, i).pop().distance, r = remoteness(nearest, at);
    const all = app.space.points === 'draws' ? 'draws' : 'data';
    const [kind, word, text] = r.share >= 0.05
      ? ['inside', `Inside the ${all}`, `As near to the ${app.noun}s as they are to each other: ${percent(r.share)} of them lie farther from theirs`]
      : r.share > 0
        ? ['at', `At the edge of the ${all}`, `Only ${percent(r.share)} of the ${app.noun}s lie as far from theirs`]
        : ['outside', `Outside the ${all}`, `${short(r.times)} times as far from the ${app.noun}s as any of them is: do not trust what you see`];
    app.near = [kind, word];
    if (!/^changed/.test(app.state.from)) app.say(`${from(app)} ${word}.`);
    return h('div', { class: `distance ${kind}` }, h('strong', {}, word), bar(1 - r.share), h('p', {}, `${text}. The distance is ${short(at)}.`, app.codes.blended(z) ? ` It lies nearer to the mean of all codes than nearly every ${app.noun}: expect a blend of several.` : ''));
  }

  function neighbour(p) {
    const label = `${app.noun} ${p.index}, at ${short(p.distance)}`;
    return button([app.examples.thumbnail(p.index, 64), h('span', {}, short(p.distance))], () => app.visitExample(p.index), { class: 'neighbour', 'aria-label': label, title: label });
  }

  function pin(z) {
    app.set({ pins: [...app.state.pins, z], panel: 'pins' });
    app.say(`Pinned as pin ${app.state.pins.length}.`);
  }

  function saving(z) {
    const buttons = [button('Save code', () => save('code.json', JSON.stringify({ model: app.space.name, weights: app.space.weights, code: Array.from(z), base64url: encode(z) })))];
    if (app.space.view === 'sound') buttons.unshift(...play(app, z));
    return buttons;
  }
}

/** from says in words where the current code comes from. */
function from(app) {
  const { from: of, at } = app.state, i = app.example;
  if (i >= 0) return `The code of ${app.noun} #${i}.`;
  if (of === 'place' && at) return `The place (${short(at[0])}, ${short(at[1])}) of the map.`;
  return of ? `${of[0].toUpperCase()}${of.slice(1)}.` : 'A code of a link.';
}

/** mixture tells the examples that the code of a place is mixed from. */
function mixture(app) {
  if (app.state.from !== 'place' || !app.weights) return null;
  return h('p', { class: 'small' }, 'This map has no inverse of its own. The code is mixed from the nearest points on it: ',
    app.weights.map((w, k) => [k ? ', ' : '', h('a', { href: '#', onclick: (e) => (e.preventDefault(), app.visitExample(w.index)) }, `#${w.index}`), ` ${percent(w.weight)}`]).flat(), '.');
}

/** conditions are what the model is told besides the code. */
function conditions(app) {
  const of = app.space.conditions ?? [];
  if (!of.length) return null;
  const fields = of.map((c) => {
    const change = (value) => app.set({ conditions: { ...app.state.conditions, [c.name]: String(value) } });
    if (c.words) return select(c.name, c.words.map((w) => [w, w]), app.conditions[c.name], change);
    const input = h('input', { type: 'range', min: c.min ?? 0, max: c.max ?? 1, step: 'any', oninput: () => change(input.value) });
    input.value = app.conditions[c.name];
    return h('label', { class: 'field' }, h('span', {}, c.name), input);
  });
  app.listen(['conditions'], () => of.forEach((c, i) => (fields[i].querySelector('select, input').value = app.conditions[c.name])));
  return h('div', { class: 'conditions' }, fields);
}
