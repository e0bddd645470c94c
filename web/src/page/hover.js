import { figure, fill, h, short } from '../dom.js';

/** hover is the card beside the pointer: the example there, its reconstruction, its neighbours. */
export function hover(app) {
  const el = h('div', { class: 'hover', hidden: true, 'aria-hidden': 'true' });
  let shown = -1, timer = null;
  return { el, show };

  function show(point, at) {
    if (point < 0) {
      shown = -1;
      el.hidden = true;
      clearTimeout(timer);
      return;
    }
    place(at);
    if (point === shown) return;
    shown = point;
    el.hidden = false;
    fill(el, h('div', { class: 'pair' }, app.examples.thumbnail(point, 84)), h('p', {}, `#${point}`));
    clearTimeout(timer);
    timer = setTimeout(() => tell(point), 60);
  }

  function place([x, y]) {
    const { clientWidth: w, clientHeight: height } = el.parentElement;
    el.style.left = `${x + 20 + 220 < w ? x + 20 : Math.max(0, x - 236)}px`;
    el.style.top = `${Math.max(0, Math.min(y + 12, height - 230))}px`;
  }

  async function tell(point) {
    const about = app.tells ? await app.examples.about(point) : null;
    if (shown !== point) return;
    const pair = [];
    if (about?.original) pair.push(figure(app.examples.view(about.original, 84, 'original'), app.space.points === 'draws' ? 'draw' : 'example'));
    else if (!about?.reconstruction || app.space.thumbnail) pair.push(figure(app.examples.thumbnail(point, 84), app.noun));
    if (about?.reconstruction && !(app.space.points === 'draws' && app.space.thumbnail)) pair.push(figure(app.examples.view(about.reconstruction, 84, 'reconstruction'), app.space.points === 'draws' ? 'draw' : 'reconstruction'));
    const near = app.codes.nearest(app.codes.at(point), 5, point);
    fill(el, h('div', { class: app.examples.lines ? 'pair lines' : 'pair' }, pair), h('p', {}, title(app, point, about)),
      near.length ? [h('p', { class: 'small' }, 'nearest by code'), h('div', { class: app.examples.lines ? 'strip lines' : 'strip' }, near.map((p) => app.examples.thumbnail(p.index, 36)))] : []);
  }
}

/** title names an example, and says what is known of it. */
export function title(app, point, about) {
  const parts = [about?.name && about.name !== `#${point}` ? `${about.name} (#${point})` : `#${point}`];
  for (const a of (app.space.attributes ?? []).slice(0, 3)) {
    const v = about?.values?.[a.name];
    if (v === null || v === undefined) continue;
    parts.push(`${a.name} ${a.words ? v : short(v)}`);
  }
  return parts.join(' · ');
}
