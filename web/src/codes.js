/** Codes are the codes of the map's points, with what is asked of them. */
export class Codes {
  /** @param {Float32Array} values n codes of dim numbers */
  constructor(values, dim) {
    this.values = values;
    this.dim = dim;
    this.n = values.length / dim;
  }

  at(i) {
    return this.values.slice(i * this.dim, (i + 1) * this.dim);
  }

  /**
   * nearest returns the k points whose codes are nearest to z, nearest first, as
   * [{index, distance}]. It leaves out the point `except`.
   */
  nearest(z, k, except = -1) {
    const { values, dim, n } = this;
    return smallest(n, k, except, (i, most) => {
      let d = 0;
      for (let j = 0, p = i * dim; j < dim && d <= most; j++, p++) d += (values[p] - z[j]) ** 2;
      return d;
    });
  }

  /** mean returns the mean code of some points. */
  mean(points) {
    const sum = new Float64Array(this.dim);
    for (const i of points) for (let j = 0; j < this.dim; j++) sum[j] += this.values[i * this.dim + j];
    return Float32Array.from(sum, (s) => s / points.length);
  }

  /**
   * blended says whether a code lies nearer to the mean of all codes than 99.5 % of them do. In many
   * dimensions hardly any code is near the mean, and there the model blends several examples.
   */
  blended(z) {
    if (!this.middle) {
      const step = Math.ceil(this.n / 5000), some = Array.from({ length: Math.ceil(this.n / step) }, (_, i) => i * step);
      this.middle = this.mean(some);
      const far = Float64Array.from(some, (i) => this.fromMiddle(this.at(i))).sort();
      this.closest = far[Math.floor(far.length / 200)];
    }
    return this.fromMiddle(z) < this.closest;
  }

  fromMiddle(z) {
    return Math.sqrt(this.middle.reduce((s, m, j) => s + (z[j] - m) ** 2, 0));
  }

  /** mixed returns the sum of weighted codes, Σ w·z. */
  mixed(weights) {
    const sum = new Float64Array(this.dim);
    for (const { index, weight } of weights) {
      for (let j = 0; j < this.dim; j++) sum[j] += weight * this.values[index * this.dim + j];
    }
    return Float32Array.from(sum);
  }
}

// smallest returns the k of n points of the smallest squared distances. of(i, most) may stop once
// it is above most.
function smallest(n, k, except, of) {
  const best = [];
  let most = Infinity;
  for (let i = 0; i < n; i++) {
    if (i === except) continue;
    const d = of(i, most);
    if (!(d < most)) continue;
    let at = best.length;
    while (at > 0 && best[at - 1].distance > d) at--;
    best.splice(at, 0, { index: i, distance: d });
    if (best.length > k) best.pop();
    if (best.length === k) most = best[k - 1].distance;
  }
  for (const b of best) b.distance = Math.sqrt(b.distance);
  return best;
}

/** How many points a code is mixed from where the map has no inverse of its own. */
const MIXED = 5;

// weighted gives near points weights in proportion to 1/d². A point at distance 0 has all.
function weighted(near) {
  const exact = near.find((p) => p.distance === 0);
  if (exact) return [{ ...exact, weight: 1 }];
  const sum = near.reduce((s, p) => s + 1 / p.distance ** 2, 0);
  return near.map((p) => ({ ...p, weight: 1 / p.distance ** 2 / sum }));
}

/**
 * codeAt returns the code of a place of a map, and the points that it is mixed from:
 * {code, weights}. Weights are null where the map's inverse is exact.
 */
export function codeAt(space, method, codes, places, x, y) {
  if (method === 'plain') {
    const code = new Float32Array(space.dim);
    code.set([x, y].slice(0, space.dim));
    return { code, weights: null };
  }
  if (method === 'pca' && space.pca) {
    const { mean, components } = space.pca;
    return { code: Float32Array.from(mean, (m, j) => m + x * components[0][j] + y * (components[1]?.[j] ?? 0)), weights: null };
  }
  const weights = weighted(smallest(codes.n, MIXED, -1, (i) => (places[2 * i] - x) ** 2 + (places[2 * i + 1] - y) ** 2));
  return { code: codes.mixed(weights), weights };
}

/** placeOf returns where a code is on a map: exactly, or near the points with the nearest codes. */
export function placeOf(space, method, codes, places, z) {
  if (method === 'plain') return [z[0], z[1] ?? 0];
  if (method === 'pca' && space.pca) {
    const { mean, components } = space.pca;
    return [0, 1].map((c) => mean.reduce((s, m, j) => s + (z[j] - m) * (components[c]?.[j] ?? 0), 0));
  }
  const near = weighted(codes.nearest(z, MIXED));
  return [0, 1].map((c) => near.reduce((s, p) => s + p.weight * places[2 * p.index + c], 0));
}

/**
 * remoteness says how far a code is from the data, by its distance to the k-th nearest code:
 * {distance, share, times}, where share is how many of the points are at least as far from theirs,
 * and times is the distance over the largest of these.
 */
export function remoteness(nearest, distance) {
  const q = nearest.quantiles, last = q.length - 1;
  if (distance > q[last]) return { distance, share: 0, times: distance / q[last] };
  let i = 0;
  while (i < last && q[i + 1] < distance) i++;
  const step = q[i + 1] > q[i] ? Math.max(0, (distance - q[i]) / (q[i + 1] - q[i])) : 0;
  return { distance, share: distance <= q[0] ? 1 : 1 - (i + step) / last, times: distance / q[last] };
}

/** lerp is the straight path: (1−t)·a + t·b. */
export function lerp(a, b, t) {
  if (t === 0 || t === 1) return Float32Array.from(t ? b : a);
  return Float32Array.from(a, (v, j) => (1 - t) * v + t * b[j]);
}

/** slerp turns from a to b at a constant speed and changes the length evenly, as in latent.Slerp. */
export function slerp(a, b, t) {
  const na = Math.hypot(...a), nb = Math.hypot(...b);
  if (t === 0 || t === 1 || na === 0 || nb === 0) return lerp(a, b, t);
  const cos = a.reduce((s, v, j) => s + (v / na) * (b[j] / nb), 0);
  const w = Array.from(a, (v, j) => b[j] / nb - (cos * v) / na);
  const sin = Math.hypot(...w);
  if (sin < 1e-6) return lerp(a, b, t);
  const angle = Math.atan2(sin, cos), length = (1 - t) * na + t * nb;
  return Float32Array.from(a, (v, j) => length * (Math.cos(t * angle) * (v / na) + (Math.sin(t * angle) * w[j]) / sin));
}

/** along returns n codes on the path through stops, at even steps of its legs. */
export function along(stops, n, way) {
  const between = way === 'slerp' ? slerp : lerp, legs = stops.length - 1;
  return Array.from({ length: n }, (_, i) => {
    const at = n > 1 ? (i / (n - 1)) * legs : 0, leg = Math.min(legs - 1, Math.floor(at));
    return between(stops[leg], stops[leg + 1], at - leg);
  });
}
