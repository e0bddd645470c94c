// Operations that move values and compute none: kernel/slice.go, kernel/transpose.go,
// kernel/gather.go and kernel/upsample.go.

const size = (shape) => shape.reduce((a, b) => a * b, 1);

/** The range [lo, hi) of an axis. */
export function planSlice({ out, shapes, in: [x], attrs: { axis, lo, hi } }) {
  const outer = size(shapes[0].slice(0, axis));
  const inner = size(shapes[0].slice(axis + 1));
  const step = shapes[0][axis] * inner;
  const n = (hi - lo) * inner;
  return () => {
    for (let o = 0; o < outer; o++) out.set(x.subarray(o * step + lo * inner, o * step + lo * inner + n), o * n);
  };
}

/** Zeros around x along an axis. */
export function planPad({ out, shape, shapes, in: [x], attrs: { axis, lo } }) {
  const outer = size(shape.slice(0, axis));
  const inner = size(shape.slice(axis + 1));
  const step = shape[axis] * inner;
  const n = shapes[0][axis] * inner;
  return () => {
    for (let o = 0; o < outer; o++) out.set(x.subarray(o * n, (o + 1) * n), o * step + lo * inner);
  };
}

/** Arrays one behind the other along an axis. */
export function planConcat({ out, shape, shapes, in: parts, attrs: { axis } }) {
  const outer = size(shape.slice(0, axis));
  const step = size(shape.slice(axis));
  const widths = shapes.map((s) => size(s.slice(axis)));
  return () => {
    for (let o = 0; o < outer; o++) {
      let at = o * step;
      for (let i = 0; i < parts.length; i++) {
        out.set(parts[i].subarray(o * widths[i], (o + 1) * widths[i]), at);
        at += widths[i];
      }
    }
  };
}

export function planTranspose({ out, shapes, in: [x] }) {
  const [rows, cols] = shapes[0];
  return () => {
    for (let c = 0, at = 0; c < cols; c++) for (let r = 0; r < rows; r++, at++) out[at] = x[r * cols + c];
  };
}

/** For each index that row of a table, zeros for −1. */
export function planGather({ out, in: [table, index] }) {
  const width = out.length / index.length;
  return () => {
    for (let r = 0; r < index.length; r++) {
      const k = Math.trunc(index[r]);
      if (k < 0) out.fill(0, r * width, (r + 1) * width);
      else out.set(table.subarray(k * width, (k + 1) * width), r * width);
    }
  };
}

export function planOneHot({ out, shape, in: [index] }) {
  const n = shape[shape.length - 1];
  return () => {
    for (let i = 0, at = 0; i < index.length; i++) for (let c = 0; c < n; c++, at++) out[at] = index[i] === c ? 1 : 0;
  };
}

/** Every pixel factor·factor times. */
export function planUpsample({ out, shapes, in: [x], attrs: { factor } }) {
  const [batch, height, width, channels] = shapes[0];
  return () => {
    for (let r = 0, at = 0; r < batch * height; r++) {
      for (let k = 0; k < factor; k++) {
        for (let j = 0; j < width * factor; j++, at += channels) {
          const from = (r * width + Math.floor(j / factor)) * channels;
          out.set(x.subarray(from, from + channels), at);
        }
      }
    }
  };
}
