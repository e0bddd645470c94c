import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MUTED, UNKNOWN, indices, palette } from '../src/map/palette.js';
import { Points, encloses } from '../src/map/points.js';
import { Raster, disc, dotSize, opacity } from '../src/map/raster.js';
import { View } from '../src/map/view.js';

// Four points of two colours in a picture of 5 × 4 pixels: two on one pixel, one alone, one outside.
function scene() {
  const points = new Points(Float32Array.of(0.5, 0.5, 0.5, 0.5, -1.5, -0.5, 9, 9));
  const p = palette(null, false, [10, 20, 30], [0, 0, 0]);
  [p.red[1], p.green[1], p.blue[1]] = [200, 100, 50];
  const of = [0, 1, 1, 0], colours = Uint8Array.from(points.order, (i) => of[i]);
  return { points, colours, p, view: { x: 0, y: 0, scale: 1 } };
}

test('counts are whole numbers of points and of their colours', () => {
  const { points, colours, p, view } = scene(), r = new Raster(5, 4);
  r.count(points, colours, p, view, 1);
  const want = new Uint32Array(80);
  want.set([2, 210, 120, 80], 4 * (1 * 5 + 3)); // x = 0.5 + 2.5, y = 2 − 0.5
  want.set([1, 200, 100, 50], 4 * (2 * 5 + 1)); // x = −1.5 + 2.5, y = 2 + 0.5
  assert.deepEqual(r.sums, want);
});

test('pixels are the mean colour, the more opaque the more points', () => {
  const { points, colours, p, view } = scene(), r = new Raster(5, 4);
  r.count(points, colours, p, view, 1);
  r.shade();
  assert.deepEqual([...r.bytes.subarray(4 * 8, 4 * 9)], [105, 60, 40, 255]);
  assert.deepEqual([...r.bytes.subarray(4 * 11, 4 * 12)], [200, 100, 50, opacity(1, 2)]);
  assert.equal(r.bytes.filter((b) => b).length, 8);
});

test('a frame counts only what is in it', () => {
  const { points, colours, p } = scene(), r = new Raster(5, 4);
  r.count(points, colours, p, { x: 9, y: 9, scale: 1 }, 1);
  let sum = 0;
  for (let i = 0; i < r.sums.length; i += 4) sum += r.sums[i];
  assert.equal(sum, 1);
});

test('a dot is a disc, cut at the border', () => {
  assert.deepEqual(disc(3), [1, 0, 1].map((v) => Math.min(v, disc(3)[0])));
  const points = new Points(Float32Array.of(0, 0)), r = new Raster(8, 8);
  const p = palette(null, false, [1, 1, 1], [0, 0, 0]);
  const area = (x) => {
    r.count(points, new Uint8Array(1), p, { x, y: 0, scale: 1 }, 5);
    return r.sums.filter((v, i) => i % 4 === 0 && v).length;
  };
  const whole = area(0);
  assert.equal(whole, disc(5).reduce((s, left) => s + 5 - 2 * left, 0));
  assert.ok(area(4) < whole && area(4) > 0);
});

test('dots are smaller the more there are', () => {
  assert.deepEqual([1, 1000, 1e6].map((n) => dotSize(n, 1000, 800)), [7, 7, 1]);
  assert.equal(dotSize(10000, 1000, 800), 3);
});

test('the order of points changes no pixel', () => {
  const n = 3000, places = Float32Array.from({ length: 2 * n }, (_, i) => Math.sin(i * i * 0.37));
  const back = Float32Array.from({ length: 2 * n }, (_, i) => places[2 * (n - 1 - (i >> 1)) + (i & 1)]);
  const p = palette({ words: ['a', 'b', 'c'] }, false, [0, 0, 0], [9, 9, 9]), view = { x: 0, y: 0, scale: 20 };
  const pixels = [places, back].map((of, k) => {
    const points = new Points(of), r = new Raster(48, 48);
    r.count(points, Uint8Array.from(points.order, (i) => (k ? n - 1 - i : i) % 3), p, view, 1);
    r.shade();
    return r.pixels;
  });
  assert.deepEqual(pixels[0], pixels[1]);
});

test('the nearest point is found as by looking at all', () => {
  const n = 500, places = Float32Array.from({ length: 2 * n }, (_, i) => Math.sin(i * 12.9898) * 4);
  const points = new Points(places);
  for (let k = 0; k < 50; k++) {
    const x = Math.cos(k) * 4, y = Math.sin(k * 3) * 4;
    let best = -1, least = 0.25;
    for (let i = 0; i < n; i++) {
      const d = (places[2 * i] - x) ** 2 + (places[2 * i + 1] - y) ** 2;
      if (d <= least) [best, least] = [i, d];
    }
    assert.equal(points.nearest(x, y, 0.5), best);
  }
});

test('a lasso holds what lies inside it', () => {
  const points = new Points(Float32Array.of(0, 0, 2, 0, 0.5, 0.5, -3, 1));
  assert.deepEqual(points.inside([[-1, -1], [1, -1], [1, 1], [-1, 1]]), [0, 2]);
  assert.equal(encloses([[0, 0], [4, 0], [4, 4], [2, 1], [0, 4]], 2, 2), false); // in the dent
});

test('no points, one place and no numbers are points too', () => {
  assert.equal(new Points(new Float32Array(0)).nearest(0, 0, 9), -1);
  assert.ok(new Points(Float32Array.of(3, 3, 3, 3)).nearest(3, 3, 1) >= 0);
  assert.equal(new Points(Float32Array.of(NaN, NaN, 1, 1)).nearest(1, 1, 1), 1);
});

test('values become colours: classes, numbers from low to high, unknown', () => {
  assert.deepEqual([...indices([2, NaN, 0], { words: ['a', 'b', 'c'] }, 3)], [2, UNKNOWN, 0]);
  assert.deepEqual([...indices([-1, 0, 1, 7], { min: -1, max: 1 }, 4)], [0, 32, 63, 63]);
  assert.ok(palette(null, true, [1, 2, 3], [4, 5, 6]).weights[0] > palette(null, true, [1, 2, 3], [4, 5, 6]).weights[MUTED]);
});

test('zoom keeps the place under the pointer', () => {
  const v = Object.assign(new View(), { width: 300, height: 200 });
  v.fit([0, 0, 10, 10]);
  const before = v.place(20, 30);
  v.zoom(3, 20, 30);
  v.place(20, 30).forEach((x, c) => assert.ok(Math.abs(x - before[c]) < 1e-9));
  v.pan(15, -5);
  assert.deepEqual(v.pixel(...v.place(40, 50)).map(Math.round), [40, 50]);
});
