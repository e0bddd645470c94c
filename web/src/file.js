import { File } from './backend/file.js';

globalThis.explorer.start(new File(), {});
