import { button, fill, h } from '../dom.js';
import { App } from './app.js';
import { explore } from './explore.js';
import { runs } from './runs.js';
import { Examples } from './examples.js';
import { training } from './training.js';

const TABS = [['explore', 'Explore'], ['training', 'Training'], ['runs', 'Runs']];

/** start builds the page of a backend. extra.curves draws curves, where the page has them. */
export async function start(backend, extra) {
  const page = document.getElementById('page');
  theme(remembered());
  const app = new App(backend);
  app.status = h('p', { class: 'status', role: 'status', 'aria-live': 'polite' });
  try {
    await app.read();
  } catch (error) {
    fill(page, h('div', { class: 'waiting', role: 'alert' }, h('h1', {}, 'The model cannot be shown'), h('p', {}, error.message),
      app.state.run ? h('p', {}, h('a', { href: location.pathname }, 'Show the first run')) : null));
    return;
  }
  app.examples = new Examples(app);
  document.title = `${app.space.name} – latent space`;
  const parts = { explore: explore(app), training: training(app, extra), runs: runs(app) };
  const panels = TABS.map(([id]) => h('section', { id: `tab-${id}`, role: 'tabpanel', 'aria-labelledby': `to-${id}`, class: `page-${id}` }, parts[id].el));
  fill(page, header(app), panels, app.status);
  const show = () => {
    TABS.forEach(([id], i) => (panels[i].hidden = id !== app.state.tab));
    parts[app.state.tab]?.shown?.();
  };
  app.listen(['tab'], show);
  app.listen(['run'], () => location.reload());
  show();
  await parts.explore.begin();
  addEventListener('hashchange', () => app.restore(location.hash.slice(1)));
  addEventListener('keydown', (e) => shortcut(app, e));
}

function shortcut(app, e) {
  if (!(e.ctrlKey || e.metaKey) || e.target.matches?.('input[type=text], input[type=search], input[type=number]')) return;
  const key = e.key.toLowerCase();
  if (key === 'z' && !e.shiftKey) app.go(-1);
  else if (key === 'y' || (key === 'z' && e.shiftKey)) app.go(1);
  else return;
  e.preventDefault();
}

function header(app) {
  const about = h('span', { class: 'about' });
  const told = () => fill(about, [app.space.kind, app.space.epoch ? `epoch ${app.space.epoch}` : '', app.space.step ? `step ${app.space.step}` : ''].filter(Boolean).join(' · '));
  told();
  app.listen(['space'], told);
  const undo = button('↶', () => app.go(-1), { class: 'icon', 'aria-label': 'Undo', title: 'Undo (Ctrl Z)' });
  const redo = button('↷', () => app.go(1), { class: 'icon', 'aria-label': 'Redo', title: 'Redo (Ctrl Y)' });
  const can = () => {
    undo.disabled = app.history.now === 0;
    redo.disabled = app.history.now + 1 >= app.history.list.length;
  };
  app.listen(['history'], can);
  can();
  return h('header', {},
    h('div', { class: 'title' }, h('h1', {}, app.space.name), about),
    app.backend.live ? tabs('What the page shows', TABS, app, 'tab') : null,
    h('div', { class: 'tools' }, undo, redo,
      button('Copy link', () => share(app), { class: 'quiet' }),
      button('◐', () => theme(next()), { class: 'icon', 'aria-label': 'Light or dark', title: 'Light or dark' })));
}

/** tabs is a row of tabs that set a key of the state; their panels have ids tab-… of the choice. */
export function tabs(label, choices, app, key, prefix = '') {
  const list = choices.map(([id, text]) => h('button', {
    type: 'button', role: 'tab', id: `to-${prefix}${id}`, 'aria-controls': `tab-${prefix}${id}`,
    onclick: () => (app.set({ [key]: id }, false), app.settle()),
    onkeydown: (e) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
      if (!by) return;
      const to = (choices.findIndex(([c]) => c === id) + by + choices.length) % choices.length;
      app.set({ [key]: choices[to][0] }, false);
      app.settle();
      list[to].focus();
    },
  }, text));
  const mark = () => list.forEach((el, i) => {
    const chosen = choices[i][0] === app.state[key];
    el.setAttribute('aria-selected', chosen);
    el.tabIndex = chosen ? 0 : -1;
  });
  app.listen([key], mark);
  mark();
  return h('div', { role: 'tablist', 'aria-label': label, class: 'tabs' }, list);
}

async function share(app) {
  app.keep();
  try {
    await navigator.clipboard.writeText(location.href);
    app.say('The link to what you see is copied.');
  } catch {
    app.say('The address of this page is the link to what you see.');
  }
}

function remembered() {
  try {
    return localStorage.getItem('theme') ?? '';
  } catch {
    return ''; // a browser that keeps nothing
  }
}

function next() {
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  return dark ? 'light' : 'dark';
}

function theme(name) {
  if (name !== 'light' && name !== 'dark') return;
  document.documentElement.dataset.theme = name;
  document.dispatchEvent(new Event('theme'));
  try {
    localStorage.setItem('theme', name);
  } catch {
    return; // a browser that keeps nothing
  }
}
