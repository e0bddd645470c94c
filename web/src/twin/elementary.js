// The elementary functions of kernel/elementary.go: minimax polynomials in doubles, every operation
// rounded and none fused, so that the bits are those of the program.

const expm1Terms = [
  1.0000000000312146, 0.5000000046680309, 0.1666666624934605, 0.041666354322999935, 0.008333402936954814,
  0.0013941015523436292, 0.0001984124482605981,
];
const log1pTerms = [
  1.9999999998028204, 0.6666667930759065, 0.3999869089379021, 0.28620722250620595, 0.21393249968383576,
  0.24413068324216988,
];
const logTerms = [
  2.0000000000084284, 0.6666666523988016, 0.40000385986602033, 0.2853497844867555, 0.23617611271152042,
];
const erfTerms = [
  1.128379166627992, 0.6366198345751639, 0.10277127715524356, -0.01911769480566363, -0.00025306130627273906,
  0.0017993542773043299, -0.0007406862806153679, 0.00016748114445551637, -2.1354643292523734e-5,
  1.1933040670707195e-6,
];

function horner(x, c) {
  let p = c[c.length - 1];
  for (let i = c.length - 2; i >= 0; i--) p = c[i] + x * p;
  return p;
}

const [e0, e1, e2, e3, e4, e5, e6] = expm1Terms;
const log2E = 1.4426950408889634;
const ln2 = 0.6931471805599453;
const magic = 3 * 2 ** 51; // where a double has no fraction: adding rounds

/** Powers of two from 2⁻¹⁰²² to 2¹⁰²³. */
const powers = Float64Array.from({ length: 2046 }, (_, i) => 2 ** (i - 1022));
const zero = 1022;

/** eˣ. */
export function exp(x) {
  if (x !== x) return x;
  if (709 < x) x = 709;
  if (-708 > x) x = -708;
  const n = x * log2E + magic - magic;
  const r = x - n * ln2;
  const u = r * (e0 + r * (e1 + r * (e2 + r * (e3 + r * (e4 + r * (e5 + r * e6))))));
  return (u + 1) * powers[n + zero];
}

/** eˣ − 1. */
export function expm1(x) {
  if (x !== x) return x;
  if (709 < x) x = 709;
  if (-708 > x) x = -708;
  const n = x * log2E + magic - magic;
  const r = x - n * ln2;
  const u = r * (e0 + r * (e1 + r * (e2 + r * (e3 + r * (e4 + r * (e5 + r * e6))))));
  const s = powers[n + zero];
  return s - 1 + s * u;
}

/** ln(1 + t) for t in [0, 1]. */
function log1p(t) {
  const s = t / (t + 2);
  return s * horner(s * s, log1pTerms);
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
double[0] = 1;
const high = words[1] !== 0 ? 1 : 0;
const low = 1 - high;
double[0] = Math.SQRT1_2;
const rootHigh = words[high];
const rootLow = words[low];

/** The natural logarithm of any double that is not subnormal. */
export function log(x) {
  if (x < 0) return NaN;
  if (x === 0) return -Infinity;
  if (!(x < Infinity)) return x;
  // x = 2ⁿ·m with m in [√½, √2).
  double[0] = x;
  const h = words[high];
  const k = ((h + 0x40000000 - rootHigh - (words[low] < rootLow ? 1 : 0)) >>> 0) >>> 20;
  words[high] = (h - k * 0x100000 + 0x40000000) >>> 0;
  const m = double[0];
  const s = (m - 1) / (m + 1);
  return (k - 1024) * ln2 + s * horner(s * s, logTerms);
}

export function sigmoid(x) {
  const e = exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (e + 1);
}

export function softplus(x) {
  return (x > 0 ? x : 0) + log1p(exp(-Math.abs(x)));
}

const negative = (x) => x < 0 || Object.is(x, -0);

export function tanh(x) {
  const a = Math.abs(x);
  const e = expm1(a + a);
  const y = e / (e + 2);
  return negative(x) ? -y : y;
}

/** 1 − e^(−a·g(a)) for a = |x|, with the sign of x. */
export function erf(x) {
  let a = Math.abs(x);
  if (4 < a) a = 4;
  const y = Math.abs(expm1(-(a * horner(a, erfTerms))));
  return negative(x) ? -y : y;
}

// Sine and cosine: nn/elementary/trigonometric.go.

const sinTerms = [
  1.5896230157654657e-10, -2.5050747762857807e-8, 2.7557313621385722e-6, -1.984126982958954e-4,
  8.333333333322118e-3, -1.6666666666666631e-1,
];
const cosTerms = [
  -1.1358536521387682e-11, 2.087570084197473e-9, -2.755731417929674e-7, 2.4801587288851704e-5,
  -1.3888888888873056e-3, 4.1666666666666595e-2,
];
const quarterPi1 = 7.85398125648498535156e-1;
const quarterPi2 = 3.77489470793079817668e-8;
const quarterPi3 = 2.69515142907905952645e-15;

function fromHighest(c, z) {
  let y = 0;
  for (const v of c) y = y * z + v;
  return y;
}

/** The sine of an angle in radians, of one that is an even number of eighths of a turn further. */
function sine(x, further) {
  if (!(x < Infinity)) return NaN;
  if (x >= 2 ** 29) x %= 2 * Math.PI;
  let j = Math.trunc(x * (4 / Math.PI));
  j += j & 1;
  const z = x - j * quarterPi1 - j * quarterPi2 - j * quarterPi3;
  const zz = z * z;
  const eighths = (j + further) & 7;
  const y =
    eighths === 0 || eighths === 4
      ? z + z * zz * fromHighest(sinTerms, zz)
      : 1 - 0.5 * zz + zz * zz * fromHighest(cosTerms, zz);
  return eighths < 4 ? y : -y;
}

export function sin(x) {
  const y = sine(Math.abs(x), 0);
  return negative(x) ? -y : y;
}

export function cos(x) {
  return sine(Math.abs(x), 2);
}
