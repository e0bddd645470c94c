/** How many bytes of codes, places or thumbnails are asked for at once. */
const PAGE = 4 << 20;

/** How many codes' numbers go into one request: the server takes bodies of 64 kB. */
const NUMBERS = 4000;

/** The status of a program that is busy, and how often a run that is being opened is asked for. */
const BUSY = 503, MOST_ASKED = 100;

/** Live is a model behind the server of `sample explore`. */
export class Live {
  constructor(run = 0) {
    this.run = run;
    this.live = true;
    this.jobs = new Map(); // of what is being prepared
    this.watchers = new Set();
  }

  address(path, query = {}) {
    return `/api/${path}?${new URLSearchParams({ ...query, run: this.run })}`;
  }

  /** ask returns a reply. While the program is busy, as it is when it opens a run, it is asked again. */
  async ask(path, query, body) {
    const options = body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    for (let again = path === 'space' ? MOST_ASKED : 2; ; again--) {
      const reply = await fetch(this.address(path, query), options).catch(() => {
        throw new Error('The program does not answer. Is “sample explore” still running?');
      });
      if (reply.ok) return reply;
      const told = await reply.json().catch(() => null);
      if (reply.status !== BUSY || again === 0) throw Object.assign(new Error(told?.error ?? `The program answers ${reply.status}.`), { status: reply.status });
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  async json(path, query, body) {
    return (await this.ask(path, query, body)).json();
  }

  async space() {
    this.about = await this.json('space');
    return this.about;
  }

  /** can returns "" or the reason why the model lacks a feature. */
  can(feature) {
    return this.about?.lacks?.[feature] ?? '';
  }

  async codes() {
    const { n, dim } = this.about, all = new Float32Array(n * dim), rows = Math.max(1, Math.floor(PAGE / (4 * dim)));
    for (let from = 0; from < n; from += rows) {
      const some = await this.ask('codes', { from, n: Math.min(rows, n - from) });
      all.set(new Float32Array(await some.arrayBuffer()).subarray(0, all.length - from * dim), from * dim);
    }
    return all;
  }

  async places(map) {
    return new Float32Array(await (await this.ask('places', { map })).arrayBuffer());
  }

  async values(attribute) {
    return new Float32Array(await (await this.ask('values', { attribute })).arrayBuffer());
  }

  async thumbnails(from, n) {
    return new Uint8Array(await (await this.ask('thumbnails', { from, n })).arrayBuffer());
  }

  example(i) {
    return this.json('example', { i });
  }

  /** most is how many codes decode takes at once. */
  most(dim) {
    return Math.max(1, Math.min(256, Math.floor(NUMBERS / dim)));
  }

  /** decode returns {pictures} or {examples} of n codes. */
  async decode(codes, n, conditions) {
    const dim = codes.length / n;
    const rows = Array.from({ length: n }, (_, i) => written(codes.subarray(i * dim, (i + 1) * dim)));
    const reply = await this.ask('decode', {}, { codes: rows, conditions });
    if (/json/.test(reply.headers.get('Content-Type'))) return reply.json();
    return { pictures: new Uint8Array(await reply.arrayBuffer()) };
  }

  async draw(prior, n, seed, conditions) {
    const { codes } = await this.json('draw', {}, { prior, n, seed, conditions });
    return Float32Array.from(codes.flat());
  }

  /** prepare resolves when something is ready; onProgress is told {done, text}. */
  async prepare(what, onProgress = () => {}) {
    const waiting = new Promise((resolve, reject) => this.jobs.set(what, { resolve, reject, onProgress }));
    waiting.catch(() => {}); // it may fail before anyone waits
    this.listen();
    this.settle(what, await this.json('prepare', {}, { what }));
    return waiting;
  }

  settle(what, job) {
    const waits = this.jobs.get(what);
    if (!waits) return;
    waits.onProgress(job);
    if (job.state !== 'ready' && job.state !== 'failed') return;
    this.jobs.delete(what);
    if (job.state === 'ready') waits.resolve();
    else waits.reject(new Error(job.error || `${what} failed.`));
  }

  direction(of) {
    return this.json('direction', { of });
  }

  async sound(code, conditions) {
    return (await this.ask('sound', {}, { code: written(code), conditions })).arrayBuffer();
  }

  /** watch tells on(kind, event) what happens to the run. */
  watch(on) {
    this.watchers.add(on);
    this.listen();
  }

  listen() {
    if (this.events) return;
    this.events = new EventSource(this.address('events'));
    for (const kind of ['job', 'run', 'checkpoint']) {
      this.events.addEventListener(kind, (e) => {
        const event = JSON.parse(e.data);
        if (kind === 'job') this.settle(event.what, event);
        else for (const on of this.watchers) on(kind, event);
      });
    }
    this.events.addEventListener('error', () => this.lost());
    this.events.addEventListener('open', () => {
      this.again();
      this.watchers.forEach((on) => on('open', {}));
    });
  }

  /** again asks for what is being prepared: it may have ended while the page did not listen. */
  again() {
    for (const what of this.jobs.keys()) {
      this.json('prepare', {}, { what }).then((job) => this.settle(what, job), (error) => this.settle(what, { state: 'failed', error: error.message }));
    }
  }

  /** lost tells that the events end. Unless the program refuses them, the browser asks for them again. */
  lost() {
    const closed = this.events.readyState === 2;
    this.watchers.forEach((on) => on('lost', { closed }));
    if (!closed) return;
    this.events = null;
    for (const what of [...this.jobs.keys()]) this.settle(what, { state: 'failed', error: 'The program does not tell this page what it does. Close other pages of it, and reload this one.' });
  }

  training() {
    return this.json('run');
  }

  picture(kind, of) {
    return this.address('picture', { kind, of });
  }

  runs() {
    return this.json('runs');
  }
}

/** written returns floats in nine digits, which name each of them. */
function written(floats) {
  return Array.from(floats, (v) => +v.toPrecision(9));
}
