import { bar, button, fill, h, select, whole } from '../dom.js';
import { matches } from './search.js';

const NAMES = { plain: 'The codes as they are', pca: 'PCA', tsne: 't-SNE', umap: 'UMAP' };

/** toolbar is what the map is told: its method, colours, search and tool. */
export function toolbar(app) {
  const tools = [['move', 'Move', 'Drag to move, click to ask'], ['lasso', 'Lasso', 'Draw around points to select them'], ['path', 'Path', 'Draw a line, or click stops one after the other']];
  const buttons = tools.map(([id, text, title]) => button(text, () => app.set({ tool: id }, false), { title }));
  const show = () => buttons.forEach((b, i) => b.setAttribute('aria-pressed', app.state.tool === tools[i][0]));
  app.listen(['tool'], show);
  show();
  const none = app.space.thumbnail ? '' : app.backend.can('thumbnails') || 'The examples are no pictures.';
  const pictures = button('Pictures', () => (none ? app.say(none) : app.set({ pictures: !app.state.pictures })), { title: 'Pictures in place of dots, at every size' });
  const pressed = () => pictures.setAttribute('aria-pressed', app.state.pictures);
  app.listen(['pictures'], pressed);
  pressed();
  if (none) pictures.setAttribute('aria-disabled', 'true');
  const maps = method(app);
  return { choose: maps.choose, el: h('div', { class: 'toolbar', role: 'group', 'aria-label': 'What the map shows' }, maps.el, colour(app), search(app), h('div', { class: 'group' }, buttons), pictures) };
}

/** method chooses the map. One that is not ready is prepared, with its progress. */
function method(app) {
  const methods = ['plain', 'pca', 'tsne', 'umap'].filter((m) => app.space.maps.some((x) => x.method === m) || (['tsne', 'umap'].includes(m) && app.backend.can(`map.${m}`)));
  const progress = h('span', { class: 'progress', hidden: true });
  const field = select('Map', methods.map((m) => [m, NAMES[m]]), app.state.map, (name) => choose(name, { view: null, lasso: null, at: null }));
  const el = field.querySelector('select');
  for (const option of el.options) {
    const reason = app.backend.can(`map.${option.value}`);
    option.title = reason || (app.space.maps.find((m) => m.method === option.value)?.about ?? '');
    if (reason) option.textContent += app.backend.live ? ' (not for this model)' : ' (not in this file)';
  }
  app.listen(['map'], () => (el.value = app.state.map));
  return { choose, el: h('div', { class: 'with-progress' }, field, progress) };

  /** choose shows a map when it is ready, with other keys of the state. */
  async function choose(name, state) {
    el.value = app.state.map; // until it is ready
    const reason = app.backend.can(`map.${name}`);
    if (reason) return app.say(reason);
    try {
      progress.hidden = app.maps.has(name);
      await app.map(name, (job) => fill(progress, bar(job.done ?? 0), job.text || 'starting'));
      app.set({ map: name, ...state });
      app.say(app.space.maps.find((m) => m.method === name)?.about || NAMES[name]);
    } catch (error) {
      app.fail(error);
    } finally {
      progress.hidden = true;
    }
  }
}

function colour(app) {
  const attributes = app.space.attributes ?? [];
  const field = select('Colour', [...attributes.map((a) => [a.name, a.name]), ['-', 'none']], app.state.colour, (name) => app.set({ colour: name }));
  const el = field.querySelector('select');
  if (!attributes.length) {
    el.disabled = true;
    field.title = app.backend.can('attributes');
  }
  app.listen(['colour'], () => (el.value = app.state.colour));
  return field;
}

function search(app) {
  const words = (app.space.attributes ?? []).flatMap((a) => (a.words ? a.words.slice(0, 40).map((w) => `${a.name}=${w}`) : [`${a.name}>${+(((a.min ?? 0) + (a.max ?? 1)) / 2).toPrecision(2)}`]));
  const found = h('span', { class: 'found' });
  let at = -1;
  const input = h('input', {
    type: 'search', list: 'words', placeholder: words[0] ? `${words[0]} or #12` : '#12', 'aria-label': 'Search by value or number',
    oninput: () => app.set({ search: input.value }, false),
    onchange: () => app.keep(),
    onkeydown: (e) => e.key === 'Enter' && next(),
  });
  app.listen(['search'], show);
  input.value = app.state.search;
  return h('label', { class: 'field search' }, h('span', {}, 'Search'), input, h('datalist', { id: 'words' }, words.map((w) => h('option', { value: w }))), found);

  async function show() {
    if (input.value !== app.state.search) input.value = app.state.search;
    at = -1;
    const text = app.state.search;
    const result = text ? await matches(app, text) : null;
    if (text !== app.state.search) return;
    found.textContent = result ? whole(result.count) : '';
    if (result) app.say(`${whole(result.count)} ${app.noun}s match “${text}”.${result.count ? ' Enter goes through them.' : ''}`);
  }

  async function next() {
    if (!app.state.search) return;
    const { hit } = await matches(app, app.state.search);
    at = hit.indexOf(1, at + 1);
    if (at < 0) at = hit.indexOf(1);
    if (at >= 0) app.visitExample(at);
  }
}
