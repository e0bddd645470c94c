/** gif returns the bytes of an animation of pictures, there and back, enlarged by a whole number. */
export function gif(pictures) {
  const { width, height } = pictures[0], times = Math.max(1, Math.floor(224 / Math.max(width, height)));
  const frames = pictures.map((p) => p.getContext('2d').getImageData(0, 0, width, height).data);
  const back = frames.slice(1, -1).reverse();
  return animation([...frames, ...back], width, height, times);
}

/**
 * animation writes frames of red, green, blue and alpha bytes as GIF 89a that repeats. All frames
 * share one palette: the greys if no frame has colours, or 6 × 7 × 6 levels of red, green and blue.
 */
export function animation(frames, width, height, times = 1, hundredths = 12) {
  const grey = frames.every((f) => {
    for (let p = 0; p < f.length; p += 4) if (f[p] !== f[p + 1] || f[p] !== f[p + 2]) return false;
    return true;
  });
  const out = [...text('GIF89a'), ...word(width * times), ...word(height * times), 0xf7, 0, 0];
  for (let i = 0; i < 256; i++) out.push(...(grey ? [i, i, i] : level(i)));
  out.push(0x21, 0xff, 11, ...text('NETSCAPE2.0'), 3, 1, 0, 0, 0);
  for (const f of frames) {
    out.push(0x21, 0xf9, 4, 4, ...word(hundredths), 0, 0, 0x2c, 0, 0, 0, 0, ...word(width * times), ...word(height * times), 0, 8);
    const codes = lzw(indices(f, width, height, times, grey));
    for (let i = 0; i < codes.length; i += 255) {
      const block = codes.slice(i, i + 255);
      out.push(block.length);
      for (const b of block) out.push(b);
    }
    out.push(0);
  }
  out.push(0x3b);
  return Uint8Array.from(out);
}

const text = (s) => Array.from(s, (c) => c.charCodeAt(0));
const word = (n) => [n & 255, n >> 8];
const level = (i) => (i < 252 ? [Math.floor(i / 42) * 51, Math.round((Math.floor(i / 6) % 7) * 42.5), (i % 6) * 51] : [0, 0, 0]);

function indices(f, width, height, times, grey) {
  const out = new Uint8Array(width * times * height * times);
  for (let y = 0, k = 0; y < height * times; y++) {
    for (let x = 0; x < width * times; x++, k++) {
      const p = 4 * (Math.floor(y / times) * width + Math.floor(x / times));
      out[k] = grey ? f[p] : Math.round(f[p] / 51) * 42 + Math.round(f[p + 1] / 42.5) * 6 + Math.round(f[p + 2] / 51);
    }
  }
  return out;
}

/** lzw packs indices of 8 bits as GIF wants: codes of 9 to 12 bits, the lowest first. */
export function lzw(indices) {
  const CLEAR = 256, END = 257, out = [];
  let bits = 0, held = 0, size = 9, next = END + 1, table = new Map();
  const put = (code) => {
    held |= code << bits;
    for (bits += size; bits >= 8; bits -= 8, held >>>= 8) out.push(held & 255);
  };
  put(CLEAR);
  let prefix = indices[0];
  for (let i = 1; i < indices.length; i++) {
    const key = (prefix << 8) | indices[i], known = table.get(key);
    if (known !== undefined) {
      prefix = known;
      continue;
    }
    put(prefix);
    prefix = indices[i];
    if (next < 4096) {
      table.set(key, next++);
      if (next > 1 << size && size < 12) size++;
    } else {
      put(CLEAR);
      [size, next, table] = [9, END + 1, new Map()];
    }
  }
  put(prefix);
  if (next === 1 << size && size < 12) size++; // as the reader does, who adds a code for the last one
  put(END);
  if (bits) out.push(held & 255);
  return out;
}
