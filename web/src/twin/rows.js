// Vectors along the rows and columns of matrices, and sums over them: kernel/broadcast.go,
// kernel/reduce.go, kernel/sumrows.go, kernel/axis.go and kernel/moments.go. Sums are in doubles.

/** x + row, of each row of x. */
export function planAddRow({ out, in: [x, row] }) {
  const n = row.length;
  return () => {
    for (let at = 0; at < out.length; ) for (let j = 0; j < n; j++, at++) out[at] = x[at] + row[j];
  };
}

export function planMulRow({ out, in: [x, row] }) {
  const n = row.length;
  return () => {
    for (let at = 0; at < out.length; ) for (let j = 0; j < n; j++, at++) out[at] = x[at] * row[j];
  };
}

export function planAddColumn({ out, in: [x, column] }) {
  const n = out.length / column.length;
  return () => {
    for (let r = 0, at = 0; r < column.length; r++) for (let j = 0; j < n; j++, at++) out[at] = x[at] + column[r];
  };
}

export function planMulColumn({ out, in: [x, column] }) {
  const n = out.length / column.length;
  return () => {
    for (let r = 0, at = 0; r < column.length; r++) for (let j = 0; j < n; j++, at++) out[at] = x[at] * column[r];
  };
}

export function planBroadcastRow({ out, in: [row] }) {
  return () => {
    for (let at = 0; at < out.length; at += row.length) out.set(row, at);
  };
}

export function planBroadcastColumn({ out, in: [column] }) {
  const n = out.length / column.length;
  return () => {
    for (let r = 0; r < column.length; r++) out.fill(column[r], r * n, (r + 1) * n);
  };
}

export function planBroadcast({ out, in: [x] }) {
  return () => {
    out.fill(x[0]);
  };
}

export function planConstant({ out, attrs: { c } }) {
  return () => {
    out.fill(c);
  };
}

/** Each matrix (rows, n) times a factor for each of its columns. */
export function planMulEach({ out, shapes, in: [x, factor] }) {
  const n = shapes[0][shapes[0].length - 1];
  const rows = out.length / factor.length;
  return () => {
    for (let at = 0, v = 0; v < factor.length; v += n) {
      for (let r = 0; r < rows; r++) for (let j = 0; j < n; j++, at++) out[at] = x[at] * factor[v + j];
    }
  };
}

const lanes = new Float64Array(8);

/** The sum of x[lo … hi), element i in lane i mod 8, and the lanes joined by a tree. */
export function sumLanes(x, lo, hi) {
  lanes.fill(0);
  for (let i = lo; i < hi; i++) lanes[(i - lo) & 7] += x[i];
  return joined(lanes);
}

/** The lanes as halves of a vector, joined. */
export function joined(s) {
  return s[0] + s[4] + (s[2] + s[6]) + (s[1] + s[5] + (s[3] + s[7]));
}

/** Cuts n into at most 16 parts that are not small. */
function partSize(n, smallest) {
  return Math.max(smallest, Math.floor((n + 127) / 128) * 8);
}

export function planSum({ out, in: [x] }) {
  const size = partSize(x.length, 2 ** 14);
  return () => {
    let s = 0;
    for (let lo = 0; lo < x.length; lo += size) s += sumLanes(x, lo, Math.min(lo + size, x.length));
    out[0] = s;
  };
}

export function planSumOfColumns({ out, in: [x] }) {
  const n = x.length / out.length;
  return () => {
    for (let r = 0; r < out.length; r++) out[r] = sumLanes(x, r * n, (r + 1) * n);
  };
}

export function planSumOfRows({ out, in: [x] }) {
  const n = out.length;
  const rows = x.length / n;
  const size = partSize(rows, 1024);
  return () => {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let lo = 0; lo < rows; lo += size) {
        let part = 0;
        for (let r = lo; r < Math.min(lo + size, rows); r++) part += x[r * n + j];
        sum += part;
      }
      out[j] = sum;
    }
  };
}

export function planSumOfAxis({ out, shapes, in: [x], attrs: { axis } }) {
  const count = shapes[0][axis];
  const inner = shapes[0].slice(axis + 1).reduce((a, b) => a * b, 1);
  return () => {
    for (let i = 0; i < out.length; i++) {
      const first = Math.floor(i / inner) * count * inner + (i % inner);
      let sum = 0;
      for (let k = 0; k < count; k++) sum += x[first + k * inner];
      out[i] = sum;
    }
  };
}

export function planRepeat({ out, shape, shapes, in: [x], attrs: { axis } }) {
  const inner = shapes[0].slice(axis).reduce((a, b) => a * b, 1);
  const count = shape[axis];
  return () => {
    for (let at = 0, row = 0; at < out.length; at += inner, row++) {
      const from = Math.floor(row / count) * inner;
      out.set(x.subarray(from, from + inner), at);
    }
  };
}

/** Means and variances of the columns of each matrix (rows, n), with division by the count. */
export function planMomentsOfEach({ out, shapes, in: [x] }) {
  const batch = shapes[0][0];
  const n = shapes[0][shapes[0].length - 1];
  const rows = x.length / (batch * n);
  const mean = new Float64Array(n);
  const squares = new Float64Array(n);
  return () => {
    for (let b = 0; b < batch; b++) {
      momentsOfRows(mean, squares, x, b * rows * n, rows, n);
      for (let j = 0; j < n; j++) {
        out[b * n + j] = mean[j];
        out[batch * n + b * n + j] = squares[j] / rows;
      }
    }
  };
}

/** Means of the columns of some rows, and the sums of squares about them. */
function momentsOfRows(mean, squares, x, first, rows, n) {
  mean.fill(0);
  squares.fill(0);
  for (let r = 0, at = first; r < rows; r++) for (let j = 0; j < n; j++, at++) mean[j] += x[at];
  for (let j = 0; j < n; j++) mean[j] /= rows;
  for (let r = 0, at = first; r < rows; r++) {
    for (let j = 0; j < n; j++, at++) {
      const d = x[at] - mean[j];
      squares[j] += d * d;
    }
  }
}

/** Means and variances of the columns of a matrix: parts of its rows, joined in order. */
export function planMoments({ out, in: [x] }) {
  const n = out.length / 2;
  const rows = x.length / n;
  const size = partSize(rows, 1024);
  const means = new Float64Array(n);
  const sums = new Float64Array(n);
  const mean = new Float64Array(n);
  const squares = new Float64Array(n);
  return () => {
    means.fill(0);
    sums.fill(0);
    let count = 0;
    for (let lo = 0; lo < rows; lo += size) {
      const more = Math.min(size, rows - lo);
      momentsOfRows(mean, squares, x, lo * n, more, n);
      const share = more / (count + more);
      for (let j = 0; j < n; j++) {
        const d = mean[j] - means[j];
        means[j] += d * share;
        sums[j] += squares[j] + d * d * (count * share);
      }
      count += more;
    }
    for (let j = 0; j < n; j++) {
      out[j] = means[j];
      out[n + j] = sums[j] / count;
    }
  };
}

/** The index of the largest value of each row, the first of several. NaN counts as the largest. */
export function planArgMax({ out, in: [x] }) {
  const n = x.length / out.length;
  return () => {
    for (let r = 0; r < out.length; r++) {
      let best = r * n;
      for (let i = best; i < (r + 1) * n && x[best] === x[best]; i++) if (!(x[i] <= x[best])) best = i;
      out[r] = best - r * n;
    }
  };
}
