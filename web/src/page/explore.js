import { fill, h } from '../dom.js';
import { dimensions } from './dimensions.js';
import { directions } from './directions.js';
import { draws } from './draws.js';
import { here } from './here.js';
import { Chart } from './chart.js';
import { path } from './path.js';
import { pins } from './pins.js';
import { selection } from './selection.js';
import { tabs } from './start.js';
import { toolbar } from './toolbar.js';

const PANELS = [['dimensions', 'Dimensions', dimensions], ['directions', 'Attributes', directions], ['path', 'Path', path], ['draws', 'Draws', draws], ['selection', 'Selection', selection], ['pins', 'Pins', pins]];

/** preview is what is decoded, small: where the screen is small, it stays in sight. */
function preview(app) {
  const el = h('div', { class: 'preview', 'aria-hidden': 'true' });
  app.listen(['decoded', 'near'], () => fill(el, app.decoded ? app.examples.view(app.decoded, 64, '') : [], h('strong', { class: app.near?.[0] }, app.near?.[1] ?? '')));
  return el;
}

/** explore is the map with its tools, and beside it the panel of what is here. */
export function explore(app) {
  const chart = new Chart(app);
  app.chart = chart;
  const bar = toolbar(app);
  const parts = PANELS.map(([id, , make]) => {
    const part = make(app, chart);
    part.el = h('div', { role: 'tabpanel', id: `tab-panel-${id}`, 'aria-labelledby': `to-panel-${id}`, class: 'part' }, part.el);
    return part;
  });
  const show = () => parts.forEach((part, i) => {
    part.el.hidden = PANELS[i][0] !== app.state.panel;
    if (!part.el.hidden) part.shown?.();
  });
  app.listen(['panel'], show);
  const el = h('div', { class: 'explore' },
    h('div', { class: 'left' }, bar.el, chart.el),
    h('aside', { class: 'panel', 'aria-label': 'Here and what can be done with it' },
      here(app).el, h('div', { class: 'panel-tabs' }, preview(app), tabs('What can be done', PANELS, app, 'panel', 'panel-')), parts.map((p) => p.el)));
  return {
    el,
    async begin() {
      const { map, view, lasso, at } = app.state, first = app.space.maps[0]?.method ?? '';
      if (map !== first) Object.assign(app.state, { map: first, view: null, lasso: null, at: null }); // until it is ready
      await chart.begin().catch(app.fail);
      show();
      if (map !== first) bar.choose(map, { view, lasso, at });
      app.tell(['z', 'lasso', 'stops', 'pins', 'search', 'conditions', 'drawn']);
      if (!app.state.z && app.codes.n) app.say(`Click anywhere on the map: the model makes what would be there.`);
    },
  };
}
