import uPlot from '../vendor/uplot/uPlot.esm.js';

/**
 * curves returns a function that draws the records of a run in an element: a chart for each
 * figure. h makes elements.
 */
export function curves(el, h) {
  const charts = new Map();
  new ResizeObserver(() => charts.forEach((c) => c.u.setSize({ width: c.box.clientWidth, height: 180 }))).observe(el);
  let dark = null;
  return (records) => {
    const style = getComputedStyle(document.body), colour = (name) => style.getPropertyValue(name).trim();
    if (dark !== colour('--ground')) {
      charts.forEach((c) => (c.u.destroy(), c.box.remove()));
      charts.clear();
      dark = colour('--ground');
    }
    for (const name of names(records)) {
      const of = records.filter((r) => r.train?.[name] !== undefined || r.valid?.[name] !== undefined);
      const data = [of.map((r) => r.step), of.map((r) => r.train?.[name] ?? null), of.map((r) => r.valid?.[name] ?? null)];
      const chart = charts.get(name);
      if (chart) chart.u.setData(data);
      else charts.set(name, make(el, h, name, data, colour));
    }
  };
}

function names(records) {
  return [...new Set(records.flatMap((r) => [...Object.keys(r.train ?? {}), ...Object.keys(r.valid ?? {})]))];
}

function make(el, h, name, data, colour) {
  const box = h('figure', { class: 'curve', 'aria-label': `Curve of ${name}` }, h('figcaption', {}, name.replaceAll('_', ' ')));
  el.append(box);
  const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '12px system-ui, sans-serif' };
  const points = { show: data[0].length < 2 };
  // Without a cursor the legend has the last value.
  const value = (u, v, k) => {
    const known = u.data[k].findLast((x) => x !== null);
    return v === null || v === undefined ? (known === undefined ? '–' : +known.toPrecision(5)) : +v.toPrecision(5);
  };
  const u = new uPlot({
    width: box.clientWidth || 300, height: 180, scales: { x: { time: false } }, legend: { live: true }, cursor: { y: false },
    axes: [{ ...axis, size: 28 }, { ...axis, size: 52 }],
    series: [{ label: 'step', value }, { label: 'train', stroke: colour('--accent'), width: 2, points, value }, { label: 'valid', stroke: colour('--second'), width: 2, dash: [6, 4], points, value }],
  }, data, box);
  return { u, box };
}
