// Rows of values as the cells of a table: data/columns/write.go and data/columns/form.go.

/** The cells of a row, by what explore/portable says of each. */
export function cells(columns, row) {
  return columns.map((c) => c.text ?? cell(c, row));
}

function cell(c, row) {
  const v = row[c.at];
  if (v !== v || (c.known && !(row[c.known] >= 0.5))) return c.gap ?? '';
  if (c.words) return c.words[Math.max(0, Math.min(Math.round(v), c.words.length - 1))];
  if (!c.scale) return single(v);
  const { numbers, values } = c.scale;
  const x = Math.max(numbers[0], Math.min(piecewise(values, numbers, v), numbers[numbers.length - 1]));
  return written(c, x);
}

/** The linear map through the points (x, y), in rising x. */
function piecewise(x, y, at) {
  let k = x.findIndex((v) => v >= at);
  if (k >= 0 && x[k] === at) return y[k];
  k = Math.min(Math.max(k < 0 ? x.length : k, 1), x.length - 1);
  const slope = (y[k] - y[k - 1]) / (x[k] - x[k - 1]);
  return y[k - 1] + slope * (at - x[k - 1]);
}

const away = (x) => Math.sign(x) * Math.round(Math.abs(x));

/** A number in the form of its column. */
function written({ type, format, gap }, x) {
  const { date = '', digits = 0, decimals = 0 } = format;
  if (date.includes('.000')) x = away(x * 1000) / 1000;
  else if (type === 'integer' || type === 'date') x = away(x);
  x = significant(x, digits);
  if (date) return x - x === 0 ? dated(x, date) : (gap ?? '');
  x = Number(fixed(x, Math.min(decimals, 17)));
  return x - x === 0 ? formed(x, format) : (gap ?? '');
}

/** A whole number whose first digits are kept, and the last one rounded, to an even one between two. */
function evenly(digits, keep) {
  const rest = digits.slice(keep);
  const n = BigInt(digits.slice(0, keep) || '0');
  const half = '5'.padEnd(rest.length, '0');
  const up = rest > half || (rest === half && n % 2n === 1n);
  return up && rest ? n + 1n : n;
}

/** A number with as many decimals. */
function fixed(x, decimals) {
  const size = Math.abs(x);
  if (!(size < Infinity)) return String(x);
  const sign = x < 0 || Object.is(x, -0) ? '-' : '';
  const [whole, rest = ''] = (size < 1e21 ? size.toFixed(100) : BigInt(size).toString()).split('.');
  const n = evenly(whole + rest.padEnd(100, '0'), whole.length + decimals).toString().padStart(decimals + 1, '0');
  return sign + n.slice(0, n.length - decimals) + (decimals ? '.' + n.slice(n.length - decimals) : '');
}

/** A number rounded to some significant digits. */
function significant(x, digits) {
  if (digits <= 0 || x - x !== 0 || x === 0) return x;
  const [mantissa, exponent] = Math.abs(x).toExponential(100).split('e');
  const y = Number(`${evenly(mantissa.replace('.', ''), digits)}e${Number(exponent) - digits + 1}`);
  return x < 0 ? -y : y;
}

function formed(x, { decimals: most = 0, digits = 0, fixed: always, mark, group, no_zero: noZero, percent }) {
  let text = fixed(significant(x, digits), Math.max(0, Math.min(most, 17)));
  let sign = '';
  if (text[0] === '-') [sign, text] = ['-', text.slice(1)];
  let [whole, decimals = ''] = text.split('.');
  if (!always) decimals = decimals.replace(/0+$/, '');
  if (whole === '0' && /^0*$/.test(decimals)) sign = '';
  if (group) whole = whole.replace(/\B(?=(\d{3})+$)/g, group);
  if (noZero && whole === '0' && decimals) whole = '';
  if (decimals) whole += (mark || '.') + decimals;
  return sign + whole + (percent ? '%' : '');
}

const months = 'January February March April May June July August September October November December'.split(' ');

/** A date by a layout of Go's package time, of days since 1970, or of seconds if the layout has a time. */
function dated(x, layout) {
  const days = !layout.includes('15:04');
  const [least, most] = days ? [-719528, 2932896] : [-62167219200, 253402300799];
  x = Math.max(least, Math.min(x, most));
  const t = new Date(days ? Math.trunc(x) * 86400000 : away(x * 1000));
  const two = (n) => String(n).padStart(2, '0');
  const parts = {
    2006: () => String(t.getUTCFullYear()).padStart(4, '0'),
    January: () => months[t.getUTCMonth()],
    Jan: () => months[t.getUTCMonth()].slice(0, 3),
    '01': () => two(t.getUTCMonth() + 1),
    1: () => String(t.getUTCMonth() + 1),
    '02': () => two(t.getUTCDate()),
    2: () => String(t.getUTCDate()),
    15: () => two(t.getUTCHours()),
    '04': () => two(t.getUTCMinutes()),
    '05': () => two(t.getUTCSeconds()),
    'Z07:00': () => 'Z',
  };
  return layout.replace(/2006|January|Jan|Z07:00|01|02|04|05|15|1|2|\.0+(?!\d)/g, (part) => {
    if (part[0] === '.') return '.' + String(t.getUTCMilliseconds()).padStart(3, '0').padEnd(part.length - 1, '0');
    return parts[part]();
  });
}

/** A float32 with as few digits as tell it from others, as Go writes it. */
function single(v) {
  if (v - v !== 0) return v < 0 ? '-Inf' : '+Inf';
  if (v === 0) return Object.is(v, -0) ? '-0' : '0';
  let few = 0;
  while (Math.fround(Number(v.toExponential(few))) !== v) few++;
  const [mantissa, exponent] = v.toExponential(few).split('e');
  const e = Number(exponent);
  if (e >= -4 && e < 6) return fixedOf(mantissa, e);
  return `${mantissa}e${e < 0 ? '-' : '+'}${String(Math.abs(e)).padStart(2, '0')}`;
}

/** A number of a mantissa and an exponent, without one. */
function fixedOf(mantissa, e) {
  const sign = mantissa[0] === '-' ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (e < 0) return `${sign}0.${'0'.repeat(-e - 1)}${digits}`;
  const whole = digits.slice(0, e + 1).padEnd(e + 1, '0');
  return sign + whole + (digits.length > e + 1 ? '.' + digits.slice(e + 1) : '');
}
