// Writes two frames of grey noise, enlarged twice, as a GIF.
import { animation } from '../src/save/gif.js';

const side = Number(process.argv[2]);
const frames = [0, 1].map((f) => Uint8ClampedArray.from({ length: 4 * side * side }, (_, i) => {
  const x = (i >> 2) % side, y = Math.floor((i >> 2) / side);
  return i % 4 === 3 ? 255 : (x * x * 31 + y * y * 17 + x * y * 7 + f * 3) % 251;
}));
process.stdout.write(animation(frames, side, side, 2));
