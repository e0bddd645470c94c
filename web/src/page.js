// What the pages of a server and of one file share. It is bundled as the global `explorer`, so that
// both have it as one script beside their own.
export { h } from './dom.js';
export { start } from './page/start.js';
export { parse } from './state.js';
