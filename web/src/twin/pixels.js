// Values as pixels, as render/mosaic.go has them in the program's pictures.

const round = Math.fround;

/**
 * The bytes of values, 0 for black and 1 for white, rounded to the nearest. Of three channels, a pixel
 * with a value that is no number is magenta, and of one channel black.
 */
export function bytes(values, channels = 1) {
  const out = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const v = values[i];
    out[i] = v > 0 ? round(round(v < 1 ? v * 255 : 255) + 0.5) : 0;
  }
  if (channels === 3) {
    for (let i = 0; i < values.length; i += 3) {
      const sum = values[i] - values[i] + (values[i + 1] - values[i + 1]) + (values[i + 2] - values[i + 2]);
      if (sum !== sum) magenta(out, values, i);
    }
  }
  return out;
}

/** Makes a pixel magenta that has a value that is no number. */
function magenta(out, values, i) {
  for (let c = i; c < i + 3; c++) if (values[c] !== values[c]) out.set([255, 0, 255], i);
}
