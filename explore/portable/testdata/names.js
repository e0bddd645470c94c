// Prints the names of the operations that the twin has, as JSON.

import { operations, views } from './twin/operations.js';

console.log(JSON.stringify([...Object.keys(operations), ...views]));
