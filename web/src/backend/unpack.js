// The arrays of the single file: see explore/singlefile.

/** texts is the text of an element. */
export function texts(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The file has no “${id}”: it is not whole.`);
  return element.textContent;
}

/** unpack returns the bytes of an element that has base64 of gzip. */
export async function unpack(id) {
  const packed = Uint8Array.from(atob(texts(id)), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** unplaned returns the float32 whose first bytes come first, then their second bytes, and so on. */
export function unplaned(planes) {
  const n = planes.length / 4, bits = new Uint32Array(n);
  for (let i = 0; i < n; i++) bits[i] = planes[i] | (planes[n + i] << 8) | (planes[2 * n + i] << 16) | (planes[3 * n + i] << 24);
  return new Float32Array(bits.buffer);
}

/** known returns what whole numbers stand for, of which the largest stands for what is not known. */
export function known(bytes, levels) {
  const values = unrounded(bytes, levels), none = 2 ** levels.bits - 1;
  for (let i = 0; i < values.length; i++) {
    const q = levels.bits === 8 ? bytes[i] : bytes[2 * i] | (bytes[2 * i + 1] << 8);
    if (q === none) values[i] = NaN;
  }
  return values;
}

/** unrounded returns what whole numbers stand for: low + q·step of their column. */
export function unrounded(bytes, { bits, low, step }) {
  const columns = low.length, n = bits === 8 ? bytes.length : bytes.length / 2, values = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const q = bits === 8 ? bytes[i] : bytes[2 * i] | (bytes[2 * i + 1] << 8);
    values[i] = low[i % columns] + step[i % columns] * q;
  }
  return values;
}
