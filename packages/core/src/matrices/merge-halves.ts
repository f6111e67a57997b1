import type { Pace } from '../pace.ts';
import { combineRows } from './combine-rows.ts';
import { deflate } from './deflate.ts';
import { secularRoots, secularVectors } from './secular.ts';
import { turnRows } from './turn-rows.ts';

/** Two neighbouring parts of a tridiagonal matrix, and the entry that joins them. */
export interface Halves {
  readonly begin: number;
  readonly middle: number;
  readonly end: number;
  readonly coupling: number;
}

/** Where an eigenvector of the halves has entries; a turn of two of them may spread it over both halves. */
const [LEFT, BOTH, RIGHT] = [0, 1, 2];

/**
 * Makes the eigenvalues and eigenvectors of a tridiagonal matrix of those of its halves, which is one change of rank one.
 *
 * @param vectors - Eigenvectors of the halves as rows, each in the columns of its half; become those of the whole.
 * @param values - Eigenvalues of the halves, in the same order.
 * @param halves - Where they are. `|coupling|` was taken from the diagonal on both sides of the tear.
 * @param pace - Told of every row.
 */
export async function mergeHalves(
  vectors: Float64Array,
  values: Float64Array,
  { begin, middle, end, coupling }: Halves,
  pace: Pace,
): Promise<void> {
  const size = values.length;
  const own = values.subarray(begin, end);
  const z = Float64Array.from(own, (_, i) => {
    const row = (begin + i) * size;
    return (begin + i < middle ? vectors[row + middle - 1] : Math.sign(coupling) * vectors[row + middle]) / Math.SQRT2;
  });
  const sides = Array.from(own, (_, i) => (begin + i < middle ? LEFT : RIGHT));
  const strength = 2 * Math.abs(coupling);
  const kept = deflate(own, z, strength, (first, second, cosine, sine) => {
    turnRows(vectors, size, begin, end, begin + first, begin + second, cosine, sine);
    if (sides[first] !== sides[second]) sides[first] = sides[second] = BOTH;
  });
  await pace(own.length - kept.length);
  if (kept.length === 0) return;

  const [poles, ofKept] = [Float64Array.from(kept, (i) => own[i]), Float64Array.from(kept, (i) => z[i])];
  const roots = secularRoots(poles, ofKept, strength);
  await pace(0);
  const bySide = Array.from(kept.keys()).sort((a, b) => sides[kept[a]] - sides[kept[b]]);
  const turns = secularVectors(roots, poles, ofKept, bySide);
  for (const [i, at] of kept.entries()) own[at] = roots.values[i];

  const rows = bySide.map((i) => kept[i]);
  const inLeft = rows.filter((at) => sides[at] !== RIGHT);
  const inRight = rows.filter((at) => sides[at] !== LEFT);
  const inPlace = (at: number) => begin + at;
  await combineRows(vectors, size, kept.map(inPlace), turns, pace, [
    { rows: inLeft.map(inPlace), first: 0, begin, end: middle },
    { rows: inRight.map(inPlace), first: rows.length - inRight.length, begin: middle, end },
  ]);
}
