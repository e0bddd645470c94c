import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Live } from '../src/backend/live.js';
import { between } from '../src/page/directions.js';
import { evenly } from '../src/page/path.js';
import { matches } from '../src/page/search.js';

const app = {
  codes: { n: 4 },
  space: { attributes: [{ name: 'class', words: ['cat', 'dog'] }, { name: 'slant', min: -1, max: 1 }] },
  attributeValues: async (name) => Float32Array.from(name === 'class' ? [0, 1, NaN, 0] : [0.5, -0.5, 0.25, NaN]),
};

test('a search finds numbers, words and values', async () => {
  const found = async (text) => [...(await matches(app, text)).hit];
  assert.deepEqual(await found('#2'), [0, 0, 1, 0]);
  assert.deepEqual(await found('Do'), [0, 1, 0, 0]);
  assert.deepEqual(await found('class=cat'), [1, 0, 0, 1]);
  assert.deepEqual(await found('slant > 0'), [1, 0, 1, 0]);
  assert.deepEqual(await found('slant<=−0.5'), [0, 1, 0, 0]);
  for (const nothing of ['#9', 'slant>x', 'other=1', 'horse', 'class>cat']) assert.deepEqual(await found(nothing), [0, 0, 0, 0], nothing);
  assert.deepEqual(await matches(app, 'cat'), { hit: Uint8Array.of(1, 0, 0, 1), count: 2, first: 0 });
});

test('a line that is drawn becomes stops at even distances, its ends among them', () => {
  assert.deepEqual(evenly([[0, 0], [3, 0], [3, 1]], 2), [[0, 0], [2, 0], [3, 1]]);
  assert.deepEqual(evenly([[0, 0], [0.1, 0]], 2), [[0, 0], [0.1, 0]]);
  assert.equal(evenly([[0, 0], [1000, 0]], 1).length, 8);
  assert.deepEqual(evenly([[1, 1], [1, 1]], 1), [[1, 1], [1, 1]]);
});

test('what was measured at strengths is read between them', () => {
  assert.deepEqual([-3, -1, 0.5, 9].map((s) => between([-1, 0, 1], [2, 0, 4], s)), [2, 2, 2, 4]);
  assert.equal(between([0, 1], [null, 1], 0.5), null);
});

// answer stands in for the server: it gives replies by path, and keeps what was asked.
function answer(replies) {
  const asked = [];
  globalThis.fetch = async (address, options) => {
    asked.push([new URL(address, 'http://x'), options.body]);
    const [status, body] = replies[new URL(address, 'http://x').pathname];
    return new Response(typeof body === 'string' ? body : body instanceof Uint8Array ? body : JSON.stringify(body), { status, headers: { 'Content-Type': body instanceof Uint8Array ? 'application/octet-stream' : 'application/json' } });
  };
  return asked;
}

test('requests name the run, codes keep their bits, and bodies stay small', async () => {
  const live = new Live(3), asked = answer({ '/api/decode': [200, Uint8Array.of(1, 2)] });
  const codes = Float32Array.of(0.1, 1 / 3, -1e-7, 12345.678);
  assert.deepEqual((await live.decode(codes, 2, { class: '3' })).pictures, Uint8Array.of(1, 2));
  const [url, body] = asked[0], sent = JSON.parse(body);
  assert.equal(url.searchParams.get('run'), '3');
  assert.deepEqual(Float32Array.from(sent.codes.flat()), codes);
  assert.deepEqual(sent.conditions, { class: '3' });
  for (const dim of [1, 20, 784, 4000]) assert.ok(live.most(dim) * dim * 16 <= 65536 && live.most(dim) >= 1);
});

test('an error is what the program says', async () => {
  answer({ '/api/draw': [409, { error: 'prepare prior:gmm first' }], '/api/space': [500, 'no JSON'] });
  await assert.rejects(new Live().draw('gmm', 1, 1, {}), { message: 'prepare prior:gmm first', status: 409 });
  await assert.rejects(new Live().space(), /answers 500/);
  globalThis.fetch = async () => { throw new TypeError('refused'); };
  await assert.rejects(new Live().space(), /still running/);
});

test('a program that is busy is asked again, and not for ever', async () => {
  const replies = { '/api/space': [503, { error: 'busy' }], '/api/draw': [503, { error: 'busy' }] }, asked = answer(replies);
  const space = new Live().space();
  await new Promise((resolve) => setTimeout(resolve, 50));
  replies['/api/space'] = [200, { n: 7 }];
  assert.deepEqual(await space, { n: 7 });
  assert.equal(asked.length, 2);
  await assert.rejects(new Live().draw('model', 1, 1, {}), { message: 'busy', status: 503 });
  assert.equal(asked.length, 5);
});

test('what is prepared tells its progress until it is ready or has failed', async () => {
  let events;
  globalThis.EventSource = class { constructor() { this.on = {}; events = this; } addEventListener(kind, f) { this.on[kind] = f; } };
  const tell = (event) => events.on.job({ data: JSON.stringify(event) });
  answer({ '/api/prepare': [200, { what: 'map:tsne', state: 'running' }] });
  const live = new Live(), seen = [];
  const ready = live.prepare('map:tsne', (job) => seen.push(job.done));
  await new Promise((resolve) => setTimeout(resolve));
  tell({ what: 'map:tsne', state: 'running', done: 0.5 });
  tell({ what: 'map:tsne', state: 'ready', done: 1 });
  await ready;
  assert.deepEqual(seen, [undefined, 0.5, 1]);
  const fails = live.prepare('map:tsne');
  await new Promise((resolve) => setTimeout(resolve));
  tell({ what: 'map:tsne', state: 'failed', error: 'too few points' });
  await assert.rejects(fails, /too few points/);
});

test('what ended while the page did not listen is asked for once it listens', async () => {
  let events;
  globalThis.EventSource = class { constructor() { this.on = {}; events = this; } addEventListener(kind, f) { this.on[kind] = f; } };
  const replies = { '/api/prepare': [200, { what: 'prior:gmm', state: 'running' }] };
  answer(replies);
  const live = new Live(), ready = live.prepare('prior:gmm');
  await new Promise((resolve) => setTimeout(resolve));
  replies['/api/prepare'] = [200, { what: 'prior:gmm', state: 'ready' }];
  events.on.open({});
  await ready;
});

test('events that the program refuses end what waits for them', async () => {
  let events;
  globalThis.EventSource = class { constructor() { this.on = {}; events = this; } addEventListener(kind, f) { this.on[kind] = f; } };
  answer({ '/api/prepare': [200, { what: 'map:tsne', state: 'running' }] });
  const live = new Live(), told = [], ready = live.prepare('map:tsne');
  live.watch((kind, event) => told.push([kind, event.closed]));
  await new Promise((resolve) => setTimeout(resolve));
  events.readyState = 0; // the browser tries again
  events.on.error({});
  events.readyState = 2;
  events.on.error({});
  await assert.rejects(ready, /Close other pages/);
  assert.deepEqual(told, [['lost', false], ['lost', true]]);
});

test('numbers have three digits that count', async () => {
  const { short, percent } = await import('../src/dom.js');
  assert.deepEqual([0, 1.23456, -0.5, 1234.5, 2e6, 1e-5, NaN, null].map(short), ['0', '1.23', '−0.5', '1,235', '2.0e+6', '1.0e−5', '–', '–']);
  assert.deepEqual([0, 0.004, 0.5].map(percent), ['0 %', '0.4 %', '50 %']);
});
