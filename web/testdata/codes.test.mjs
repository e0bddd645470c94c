import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Codes, along, codeAt, lerp, placeOf, remoteness, slerp } from '../src/codes.js';
import { Latest } from '../src/latest.js';
import { csv } from '../src/save/csv.js';
import { History, START, decode, encode, fragment, parse } from '../src/state.js';

const near = (a, b) => Array.from(a).forEach((v, i) => assert.ok(Math.abs(v - b[i]) < 1e-5, `${Array.from(a)} and ${Array.from(b)}`));

test('the nearest codes are those that a look at all gives', () => {
  const dim = 3, n = 200, values = Float32Array.from({ length: n * dim }, (_, i) => Math.sin(i * 7.1)), codes = new Codes(values, dim);
  const z = [0.1, -0.2, 0.3];
  const all = Array.from({ length: n }, (_, i) => [i, Math.hypot(...z.map((v, j) => v - values[i * dim + j]))]).sort((a, b) => a[1] - b[1]);
  const got = codes.nearest(z, 5, all[0][0]);
  assert.deepEqual(got.map((p) => p.index), all.slice(1, 6).map((a) => a[0]));
  near(got.map((p) => p.distance), all.slice(1, 6).map((a) => a[1]));
});

test('the inverse of PCA is exact, and that of other maps tells its weights', () => {
  const space = { dim: 3, pca: { mean: [1, 2, 3], components: [[1, 0, 0], [0, 0, 1]] } };
  const codes = new Codes(Float32Array.of(0, 0, 0, 4, 0, 0), 3), places = Float32Array.of(0, 0, 2, 0);
  near(codeAt(space, 'pca', codes, places, 5, 7).code, [6, 2, 10]);
  near(placeOf(space, 'pca', codes, places, [6, 2, 10]), [5, 7]);
  const { code, weights } = codeAt(space, 'tsne', codes, places, 0.5, 0); // 1/0.25 and 1/2.25: 0.9 and 0.1
  near(weights.map((w) => w.weight), [0.9, 0.1]);
  near(code, [0.4, 0, 0]);
  near(codeAt(space, 'tsne', codes, places, 2, 0).code, [4, 0, 0]); // on a point
  near(codeAt({ dim: 2 }, 'plain', codes, places, 5, 7).code, [5, 7]);
});

test('a code nearer to the mean than nearly all is a blend', () => {
  const n = 1000, codes = new Codes(Float32Array.from({ length: 2 * n }, (_, i) => 5 + 2 * (i & 1 ? Math.sin : Math.cos)(i >> 1)), 2);
  assert.deepEqual([[5, 5], [6, 6], [7, 5.1], [9, 9]].map((z) => codes.blended(z)), [true, true, false, false]);
});

test('remoteness counts the points that are as far from theirs', () => {
  const quantiles = Array.from({ length: 101 }, (_, i) => 1 + i / 100);
  assert.equal(remoteness({ quantiles }, 0.5).share, 1);
  near([remoteness({ quantiles }, 1.255).share], [0.745]);
  assert.deepEqual(remoteness({ quantiles }, 4), { distance: 4, share: 0, times: 2 });
});

test('slerp is that of the program, lerp has the bits of its ends', () => {
  const a = Float32Array.of(1, 2, -2), b = Float32Array.of(2, -2, 1), angle = Math.acos(-4 / 9);
  for (const t of [0.1, 0.5, 0.8]) {
    near(slerp(a, b, t), a.map((v, i) => (Math.sin((1 - t) * angle) * v + Math.sin(t * angle) * b[i]) / Math.sin(angle)));
  }
  assert.deepEqual(lerp(a, b, 1), b);
  near(slerp([1, 0], [0, 3], 0.5), [Math.SQRT2, Math.SQRT2]); // length 2 between 1 and 3
  near(slerp([1, 0], [2, 0], 0.5), [1.5, 0]);
});

test('a path goes through its stops', () => {
  const stops = [[0, 0], [1, 0], [1, 1]].map((p) => Float32Array.from(p)), path = along(stops, 5, 'lerp');
  near(path.flatMap((p) => [...p]), [0, 0, 0.5, 0, 1, 0, 1, 0.5, 1, 1]);
});

test('a state comes back from its fragment', () => {
  const state = { ...START, tab: 'runs', z: Float32Array.of(1.5, -2, 0.1), stops: [Float32Array.of(1), Float32Array.of(-1)], view: [1, 2.5, 3], conditions: { class: 'a&b=#' }, pictures: true, seed: 7, at: [0.25, -1] };
  const text = fragment(state);
  assert.match(text, /^[\w.~%=&-]*$/);
  assert.deepEqual(parse(`#${text}`), state);
  assert.equal(fragment(START), '');
});

test('a broken fragment is as at the start where it is broken', () => {
  for (const text of ['z=%', 'z=!!!', 'conditions={', 'conditions=null', 'view=1,x,3', 'seed=x', '__proto__=1', 'toString=1', '&&=', `z=${encode([NaN])}`]) {
    const state = parse(text);
    assert.deepEqual({ ...state, z: null }, START, text);
    assert.ok(!state.z?.length, text);
  }
  near(decode(encode([1e30, -0.1])), [Math.fround(1e30), -0.1]);
});

test('undo and redo go through what was kept', () => {
  const h = new History('a');
  assert.deepEqual([h.add('b'), h.add('b'), h.add('c'), h.move(-1), h.move(-1), h.move(-1), h.move(1)], [true, false, true, 'b', 'a', null, 'b']);
  h.add('d');
  assert.equal(h.move(1), null);
});

test('of calls that come meanwhile the newest is run', async () => {
  const ran = [], shown = [];
  const latest = new Latest(async (x) => (ran.push(x), await 0, x), (x) => shown.push(x), () => {});
  latest.run(1);
  latest.run(2);
  await latest.run(3);
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([ran, shown], [[1, 3], [1, 3]]);
});

test('cells with commas, quotes and breaks are quoted', () => {
  assert.equal(csv([['a', 'b,c', 'd"e', 'f\ng', 1]]), 'a,"b,c","d""e","f\ng",1\r\n');
});

test('an address of what the page does not have is as at the start', () => {
  assert.deepEqual(parse('#tab=expl&tool=x&way=&panel=pin'), START);
  const { n, steps, seed } = parse('#n=1000000&steps=1e9&seed=-4');
  assert.deepEqual([n, steps, seed], [64, 64, 0]);
});
