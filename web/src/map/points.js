/**
 * Points are places in the plane, sorted once by the cells of a grid. So a frame reads memory in
 * order and visits only the cells in view, and what lies near a place is found at once.
 */
export class Points {
  /** @param {Float32Array} places x and y of each point */
  constructor(places) {
    const n = places.length >> 1;
    this.n = n;
    this.bounds = bounds(places);
    const [x0, y0, x1, y1] = this.bounds;
    const side = Math.max(1, Math.min(512, Math.floor(Math.sqrt(n / 4))));
    this.side = side;
    this.x0 = x0;
    this.y0 = y0;
    this.dx = (x1 - x0) / side || 1;
    this.dy = (y1 - y0) / side || 1;
    const cell = new Uint32Array(n);
    this.starts = new Uint32Array(side * side + 1); // of the points of each cell
    for (let i = 0; i < n; i++) {
      cell[i] = this.row(places[2 * i + 1]) * side + this.column(places[2 * i]);
      this.starts[cell[i] + 1]++;
    }
    for (let c = 0; c < side * side; c++) this.starts[c + 1] += this.starts[c];
    const next = this.starts.slice();
    this.order = new Uint32Array(n); // the point at each position
    this.position = new Uint32Array(n); // of each point
    this.x = new Float32Array(n);
    this.y = new Float32Array(n);
    for (let i = 0; i < n; i++) {
      const k = next[cell[i]]++;
      this.order[k] = i;
      this.position[i] = k;
      this.x[k] = places[2 * i];
      this.y[k] = places[2 * i + 1];
    }
  }

  /** column returns the column of cells that has an x, the nearest one if none has. */
  column(x) {
    return clamp(Math.floor((x - this.x0) / this.dx), this.side - 1);
  }

  row(y) {
    return clamp(Math.floor((y - this.y0) / this.dy), this.side - 1);
  }

  /** ranges calls f with the first position and the end of what lies in each row of a box. */
  ranges(x0, y0, x1, y1, f) {
    const first = this.column(x0), last = this.column(x1);
    for (let r = this.row(y0), end = this.row(y1); r <= end; r++) {
      f(this.starts[r * this.side + first], this.starts[r * this.side + last + 1]);
    }
  }

  /** within returns the points in a box, at most limit of them, and how many there are. */
  within(x0, y0, x1, y1, limit) {
    const points = [];
    let count = 0;
    this.ranges(x0, y0, x1, y1, (from, to) => {
      for (let k = from; k < to; k++) {
        if (this.x[k] < x0 || this.x[k] > x1 || this.y[k] < y0 || this.y[k] > y1) continue;
        if (count++ < limit) points.push(this.order[k]);
      }
    });
    return { points, count };
  }

  /** nearest returns the point nearest to a place, −1 if none lies within a distance. */
  nearest(x, y, distance) {
    let best = -1, least = distance * distance;
    this.ranges(x - distance, y - distance, x + distance, y + distance, (from, to) => {
      for (let k = from; k < to; k++) {
        const d = (this.x[k] - x) ** 2 + (this.y[k] - y) ** 2;
        if (d <= least) [best, least] = [this.order[k], d];
      }
    });
    return best;
  }

  /** inside returns the points in a polygon [[x, y], …], in order. */
  inside(polygon) {
    const xs = polygon.map((p) => p[0]), ys = polygon.map((p) => p[1]);
    const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    return this.within(...box, this.n).points
      .filter((i) => encloses(polygon, this.x[this.position[i]], this.y[this.position[i]]))
      .sort((a, b) => a - b);
  }
}

/** encloses says whether a polygon has a place inside, by how often a ray crosses its sides. */
export function encloses(polygon, x, y) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i], [xj, yj] = polygon[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

function clamp(k, most) {
  return k > 0 ? Math.min(k, most) : 0; // NaN is 0
}

function bounds(places) {
  let x0 = Infinity, y0 = Infinity, x1 = -Infinity, y1 = -Infinity;
  for (let i = 0; i < places.length; i += 2) {
    x0 = Math.min(x0, places[i]);
    x1 = Math.max(x1, places[i]);
    y0 = Math.min(y0, places[i + 1]);
    y1 = Math.max(y1, places[i + 1]);
  }
  return x0 <= x1 && y0 <= y1 ? [x0, y0, x1, y1] : [-1, -1, 1, 1];
}
