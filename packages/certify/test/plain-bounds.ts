// Interval bounds and CROWN of perceptrons as plain programs in double precision.

/** Rows. */
export type Matrix = readonly (readonly number[])[];

/** Layers `W x + b` with rectifiers between. */
export type PlainMlp = readonly { readonly weight: Matrix; readonly bias: readonly number[] }[];

type NormName = 'l1' | 'l2' | 'linf';

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, one, at) => sum + one * b[at], 0);

/** The dual norm. */
function dual(row: readonly number[], norm: NormName): number {
  if (norm === 'l2') return Math.hypot(...row);
  const sizes = row.map(Math.abs);
  return norm === 'linf' ? sizes.reduce((sum, one) => sum + one, 0) : Math.max(...sizes);
}

interface Range {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

const relu = (numbers: readonly number[]) => numbers.map((one) => Math.max(one, 0));

/** `W z + b` over a range of z. */
function image(weight: Matrix, bias: readonly number[], { low, high }: Range): Range {
  const end = (least: boolean) =>
    weight.map((row, i) => bias[i] + row.reduce((sum, w, j) => sum + w * (w > 0 === least ? low[j] : high[j]), 0));
  return { low: end(true), high: end(false) };
}

/** Ranges of all preactivations by intervals, the first by the dual norm. */
function intervals(mlp: PlainMlp, x: readonly number[], norm: NormName, eps: number): Range[] {
  const ranges: Range[] = [];
  for (const [at, { weight, bias }] of mlp.entries()) {
    if (at === 0) {
      const centre = weight.map((row, i) => dot(row, x) + bias[i]);
      const radius = weight.map((row) => eps * dual(row, norm));
      ranges.push({ low: centre.map((c, i) => c - radius[i]), high: centre.map((c, i) => c + radius[i]) });
    } else {
      const { low, high } = ranges[at - 1];
      ranges.push(image(weight, bias, { low: relu(low), high: relu(high) }));
    }
  }
  return ranges;
}

/** The last layer joined with the margins of a label; the label's own row is missing. */
function margins({ weight, bias }: PlainMlp[number], label: number) {
  return weight.map((row, k) => ({
    row: row.map((one, at) => weight[label][at] - one),
    constant: bias[label] - bias[k],
    own: k === label,
  }));
}

/** Bounds of the margins against each class by intervals; infinite for the label. */
export function intervalMargins(
  mlp: PlainMlp,
  x: readonly number[],
  norm: NormName,
  eps: number,
  label: number,
): number[] {
  const { low, high } = intervals(mlp, x, norm, eps)[mlp.length - 2];
  const before = { low: relu(low), high: relu(high) };
  return margins(mlp[mlp.length - 1], label).map(({ row, constant, own }) =>
    own ? Infinity : image([row], [constant], before).low[0],
  );
}

/** The least value of `<row, h> + constant`, h the rectified output of a layer, by lines back to the input. */
function back(
  mlp: PlainMlp,
  layer: number,
  row: readonly number[],
  constant: number,
  ranges: readonly Range[],
  x: readonly number[],
  norm: NormName,
  eps: number,
): number {
  let [g, c] = [row, constant];
  for (let at = layer; at >= 0; at--) {
    const { low, high } = ranges[at];
    const z = g.map((one, i) => {
      const [l, u] = [low[i], high[i]];
      if (u <= 0) return 0;
      if (l >= 0) return one;
      if (one > 0) return u > -l ? one : 0;
      c += (one * -u * l) / (u - l);
      return (one * u) / (u - l);
    });
    const { weight, bias } = mlp[at];
    c += dot(z, bias);
    g = weight[0].map((_, j) => weight.reduce((sum, own, i) => sum + z[i] * own[j], 0));
  }
  return dot(g, x) + c - eps * dual(g, norm);
}

/** Bounds of the margins by CROWN, on ranges by CROWN or by intervals. */
export function crownMargins(
  mlp: PlainMlp,
  x: readonly number[],
  norm: NormName,
  eps: number,
  label: number,
  on: 'crown' | 'intervals',
): number[] {
  const ranges = intervals(mlp, x, norm, eps);
  for (let at = 1; on === 'crown' && at < mlp.length - 1; at++) {
    const { weight, bias } = mlp[at];
    // The better of both for each neuron, interval arithmetic going on from the narrowed ranges before.
    const { low, high } = ranges[at - 1];
    const plain = image(weight, bias, { low: relu(low), high: relu(high) });
    const least = weight.map((row, i) => back(mlp, at - 1, row, bias[i], ranges, x, norm, eps));
    const most = weight.map(
      (row, i) =>
        -back(
          mlp,
          at - 1,
          row.map((one) => -one),
          -bias[i],
          ranges,
          x,
          norm,
          eps,
        ),
    );
    ranges[at] = {
      low: least.map((one, i) => Math.max(one, plain.low[i])),
      high: most.map((one, i) => Math.min(one, plain.high[i])),
    };
  }
  return margins(mlp[mlp.length - 1], label).map(({ row, constant, own }) =>
    own ? Infinity : back(mlp, mlp.length - 2, row, constant, ranges, x, norm, eps),
  );
}
