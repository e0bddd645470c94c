import { h } from '../dom.js';
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

/** explore is the map with its tools, and beside it the panel of what is here. */
export function explore(app) {
  const chart = new Chart(app);
  app.chart = chart;
  const bar = toolbar(app, chart);
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
  if (!PANELS.some(([id]) => id === app.state.panel)) app.state.panel = 'dimensions';
  const el = h('div', { class: 'explore' },
    h('div', { class: 'left' }, bar.el, chart.el),
    h('aside', { class: 'panel', 'aria-label': 'Here and what can be done with it' },
      here(app, chart).el, tabs('What can be done', PANELS, app, 'panel', 'panel-'), parts.map((p) => p.el)));
  return {
    el,
    async begin() {
      await chart.begin().catch(app.fail);
      show();
      app.tell(['z', 'lasso', 'stops', 'pins', 'search', 'conditions', 'drawn']);
      if (!app.state.z && app.codes.n) app.say(`Click anywhere on the map: the model makes what would be there.`);
    },
  };
}
