/**
 * h makes an element. Properties that begin with "on" are its listeners; "class" and names with a
 * hyphen are attributes; null is left out, and false but of aria-…. Children are elements or text.
 */
export function h(tag, properties = {}, ...children) {
  const el = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || (value === false && !key.startsWith('aria-'))) continue;
    if (key.startsWith('on')) el.addEventListener(key.slice(2), value);
    else if (key in el && !key.includes('-') && key !== 'list') el[key] = value;
    else el.setAttribute(key, value === true && !key.startsWith('aria-') ? '' : value);
  }
  el.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

/** fill replaces what an element has inside. */
export function fill(el, ...children) {
  el.replaceChildren(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

/** select makes a labelled choice; choices are [value, text]. */
export function select(label, choices, value, onchange, properties = {}) {
  const el = h('select', { ...properties, onchange: () => onchange(el.value) }, choices.map(([v, text]) => h('option', { value: v }, text)));
  el.value = value;
  return h('label', { class: 'field' }, h('span', {}, label), el);
}

/** number makes a labelled field for a whole number. */
export function number(label, value, min, max, onchange) {
  const el = h('input', {
    type: 'number', min, max, value,
    onchange: () => {
      el.value = Math.max(min, Math.min(max, Math.round(+el.value) || min));
      onchange(+el.value);
    },
  });
  return h('label', { class: 'field' }, h('span', {}, label), el);
}

export function button(text, onclick, properties = {}) {
  return h('button', { type: 'button', onclick, ...properties }, text);
}

/** why is the reason in place of what a model lacks. */
export function why(reason) {
  return h('p', { class: 'why' }, reason);
}

/** figure is something to look at with what it is. */
export function figure(view, text) {
  return h('figure', {}, view, h('figcaption', {}, text));
}

/** bar shows a share in [0, 1]. */
export function bar(share, properties = {}) {
  const inner = h('span', {});
  inner.style.width = `${Math.max(0, Math.min(1, share || 0)) * 100}%`;
  return h('span', { class: 'bar', 'aria-hidden': 'true', ...properties }, inner);
}

/** save hands the user a file. */
export function save(name, content) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content]));
  h('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

const grouped = new Intl.NumberFormat('en');

/** whole writes a whole number in groups of three digits. */
export const whole = (n) => grouped.format(n);

/** short writes a number with three digits that count. */
export function short(x) {
  if (x === null || x === undefined || !Number.isFinite(x)) return '–';
  const size = Math.abs(x);
  const s = size >= 1e6 || (x !== 0 && size < 0.001) ? x.toExponential(1) : size >= 1000 ? whole(Math.round(x)) : String(+x.toPrecision(3));
  return s.replace('-', '−');
}

export const percent = (share) => `${(100 * share).toFixed(share < 0.1 && share > 0 ? 1 : 0)} %`;
