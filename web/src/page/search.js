/**
 * matches finds the points that a search means: "#12" is one by its number; "class=7" and
 * "slant>0.2" ask for a value; a word alone is sought among the words of every attribute.
 * @returns {Promise<{hit: Uint8Array, count: number, first: number}>}
 */
export async function matches(app, text) {
  const n = app.codes.n, hit = new Uint8Array(n), wanted = text.trim().toLowerCase();
  if (/^#\d+$/.test(wanted) && +wanted.slice(1) < n) hit[+wanted.slice(1)] = 1;
  else {
    const asked = /^([^<>=]+?)\s*(<=|>=|<|>|=)\s*(.+)$/.exec(wanted);
    for (const a of app.space.attributes ?? []) {
      if (asked && a.name.toLowerCase() !== asked[1]) continue;
      const test = asked ? valueTest(a, asked[2], asked[3]) : a.words ? wordTest(a, (w) => w.startsWith(wanted)) : null;
      if (!test) continue;
      const values = await app.attributeValues(a.name);
      for (let i = 0; i < n; i++) if (test(values[i])) hit[i] = 1;
    }
  }
  let count = 0;
  for (const h of hit) count += h;
  return { hit, count, first: hit.indexOf(1) };
}

function valueTest(attribute, sign, value) {
  if (attribute.words) return wordTest(attribute, (w) => (sign === '=' ? w === value : false));
  const x = Number(value.replace('−', '-'));
  const tests = { '=': (v) => Math.abs(v - x) < 1e-6, '<': (v) => v < x, '>': (v) => v > x, '<=': (v) => v <= x, '>=': (v) => v >= x };
  return Number.isFinite(x) ? tests[sign] : null;
}

function wordTest(attribute, wanted) {
  const ok = attribute.words.map((w) => wanted(w.toLowerCase()));
  return (v) => ok[v] === true;
}
