import { Live } from './backend/live.js';
import { curves } from './curves.js';

const { h, parse, start } = globalThis.explorer;

start(new Live(parse(location.hash).run), { curves: (el) => curves(el, h) });
