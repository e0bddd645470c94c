import { button, figure, fill, h, short, why } from '../dom.js';
import { enlarged, paint } from './pictures.js';

/** pins are codes that are kept to compare what is here with. */
export function pins(app) {
  const el = h('div', {});
  let parts = [], of = null;
  app.listen(['pins', 'conditions'], () => !el.parentElement?.hidden && read());
  app.listen(['decoded'], () => !el.parentElement?.hidden && show());
  return { el, shown: read };

  async function read() {
    const { pins } = app.state;
    try {
      const decoded = pins.length ? await app.examples.decode(pins) : [];
      if (pins !== app.state.pins) return;
      [parts, of] = [decoded, pins];
      show();
    } catch (error) {
      app.fail(error);
    }
  }

  function show() {
    if (of !== app.state.pins) return;
    if (!of.length) return fill(el, why('Nothing is pinned. “Pin” above keeps the code that is here, to compare others with.'));
    fill(el, h('p', { class: 'small' }, 'Each pin, and the difference of what is here to it: grey where they are alike, lighter where here is lighter.'), of.map((z, i) => pin(z, i)));
  }

  function pin(z, i) {
    const here = app.state.z;
    const apart = here ? Math.hypot(...z.map((v, j) => v - here[j])) : 0;
    return h('div', { class: 'pin' }, figure(app.examples.view(parts[i], 84, `pin ${i + 1}`), `pin ${i + 1}`), difference(i),
      h('div', { class: 'pin-words' }, h('p', {}, here ? `${short(apart)} from here` : ''),
        button('Go', () => app.visit(z, `pin ${i + 1}`), { 'aria-label': `Go to pin ${i + 1}` }),
        button('Remove', () => app.set({ pins: app.state.pins.filter((_, k) => k !== i) }), { 'aria-label': `Remove pin ${i + 1}` })));
  }

  function difference(i) {
    const a = app.decoded?.bytes, b = parts[i]?.bytes;
    if (!a || !b || a.length !== b.length) return null;
    const canvas = paint(document.createElement('canvas'), Uint8Array.from(a, (v, k) => 128 + (v - b[k]) / 2), ...app.examples.shape(a.length));
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', `Difference of here and pin ${i + 1}`);
    return figure(enlarged(canvas, 84), 'difference');
  }
}
