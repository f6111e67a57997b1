// Layers as plain loops in double precision, over images as flat arrays [height, width, channels].

/** Some images of one shape. */
export interface Images {
  readonly data: readonly number[];
  /** [batch, height, width, channels]. */
  readonly shape: readonly [number, number, number, number];
}

/** Zeros before the image and places of the windows, for zeros on each side or by the rule of TensorFlow for `same`. */
function places(length: number, size: number, stride: number, padding: 'same' | 'valid' | number) {
  if (padding === 'same') {
    const count = Math.ceil(length / stride);
    return { count, before: Math.floor(Math.max(0, (count - 1) * stride + size - length) / 2) };
  }
  const before = padding === 'valid' ? 0 : padding;
  return { count: Math.floor((length + 2 * before - size) / stride) + 1, before };
}

/** Visits each window of each image: the entries that lie inside, by channel, and where they stand in the window. */
function overWindows(
  { data, shape: [batch, height, width, channels] }: Images,
  size: number,
  stride: number,
  padding: 'same' | 'valid' | number,
  visit: (entries: readonly { row: number; column: number; values: readonly number[] }[]) => readonly number[],
): Images {
  const [rows, columns] = [places(height, size, stride, padding), places(width, size, stride, padding)];
  const out: number[] = [];
  for (let image = 0; image < batch; image++) {
    for (let p = 0; p < rows.count; p++) {
      for (let q = 0; q < columns.count; q++) {
        const entries = [];
        for (let row = 0; row < size; row++) {
          for (let column = 0; column < size; column++) {
            const [y, x] = [p * stride + row - rows.before, q * stride + column - columns.before];
            if (y < 0 || y >= height || x < 0 || x >= width) continue;
            const at = ((image * height + y) * width + x) * channels;
            entries.push({ row, column, values: data.slice(at, at + channels) });
          }
        }
        out.push(...visit(entries));
      }
    }
  }
  const pixels = batch * rows.count * columns.count;
  return { data: out, shape: [batch, rows.count, columns.count, out.length / pixels] };
}

/** Cross-correlation with filters [out, in, size, size]. */
export function naiveConvolution(
  images: Images,
  weight: readonly number[],
  bias: readonly number[],
  { size, stride = 1, padding = 'same' }: { size: number; stride?: number; padding?: 'same' | 'valid' | number },
): Images {
  const channels = images.shape[3];
  return overWindows(images, size, stride, padding, (entries) =>
    bias.map((start, out) => {
      let total = start;
      for (const { row, column, values } of entries)
        for (const [channel, value] of values.entries())
          total += value * weight[((out * channels + channel) * size + row) * size + column];
      return total;
    }),
  );
}

/** Each channel's largest entry, or mean, in each window. */
export function naivePooling(
  images: Images,
  kind: 'max' | 'average',
  size: number,
  stride: number,
  padding: 'same' | 'valid' | number,
): Images {
  return overWindows(images, size, stride, padding, (entries) =>
    entries[0].values.map((_, channel) => {
      const values = entries.map((entry) => entry.values[channel]);
      return kind === 'max' ? Math.max(...values) : values.reduce((a, b) => a + b) / values.length;
    }),
  );
}

/** W x + b for each row. */
export function naiveDense(rows: readonly number[], weight: readonly number[], bias: readonly number[]): number[] {
  const width = weight.length / bias.length;
  return Array.from({ length: rows.length / width }, (_, row) =>
    bias.map((start, out) => {
      let total = start;
      for (let at = 0; at < width; at++) total += weight[out * width + at] * rows[row * width + at];
      return total;
    }),
  ).flat();
}

/** Mean and variance, with the number of values as divisor. */
export function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, variance: values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length };
}
