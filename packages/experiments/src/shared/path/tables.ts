import type { Cell, Table } from '@advml/runs';
import { SIGNS, signsCell, signsNote } from '../masking.ts';
import { attackedBy, lastPurified, leastShare, type PurificationPath, shareOfGain } from './points.ts';

/** A path with its place in a report. */
export interface ShownPath extends PurificationPath {
  /** Ending of its table's name, such as `-linf`; may be empty. */
  readonly suffix: string;
  /** What the attacker may do, such as `linf 0.1`. */
  readonly threat: string;
  /** Which neurons of a layer are counted, such as `its neurons`. */
  readonly neurons: string;
}

const NONE = '–';

/**
 * Where each path leaves w, and every path point by point.
 *
 * @param paths - The paths; none for a run of an earlier version.
 * @param nearestOf - What a layer's cosine is compared with, in words.
 * @returns The tables.
 */
export function pathTables(paths: readonly ShownPath[], nearestOf: string): readonly Table[] {
  if (paths.length === 0) return [];
  return [summary(paths), ...paths.map((path) => pointByPoint(path, nearestOf))];
}

function summary(paths: readonly ShownPath[]): Table {
  return {
    name: 'path',
    title: "How much robustness is reached while more than half of every layer is still w's",
    note: `The last of the points at which weights were kept where in every layer more than half of ${paths[0].neurons} have cos(w, w_t) > 0.707, w_t being the weights after t steps of adversarial training. Share of the gain: robust accuracy there less that of w, over that of w' less that of w. Before the end the rate of training has not fallen to zero: a training that ended there could do better. ${attackedBy(paths)}.`,
    columns: [
      'threat',
      'last such step',
      'of',
      'robust accuracy of w',
      'there',
      "of w'",
      'share of the gain',
      "least share > 0.707 of a layer of w'",
    ],
    rows: paths.map((path): Cell[] => {
      const { points, threat } = path;
      const [w, there, wPrime] = [points[0], lastPurified(path), points[points.length - 1]];
      return [
        ...[threat, String(there.step), wPrime.step, w.robust, there.robust, wPrime.robust],
        ...[shareOfGain(path, there) ?? NONE, leastShare(wPrime)],
      ];
    }),
  };
}

function pointByPoint(path: ShownPath, nearestOf: string): Table {
  const { points, nearest, suffix, threat, neurons } = path;
  const names = points[0].layers.map(({ name }) => name);
  const level: Cell[] = [nearestOf, NONE, NONE, NONE, NONE, NONE, ...names.map((name) => nearest?.[name] ?? NONE)];
  return {
    name: `path${suffix === '' ? '-points' : suffix}`,
    title: `The path of purification, ${threat}`,
    note: `Weights after some steps of adversarial training from w: robust accuracy, and for each layer the median of cos(w, w_t) over ${neurons}. ${attackedBy([path])}.${signsNote(points.map(({ masking }) => masking))}`,
    columns: [
      'step',
      'clean accuracy',
      'robust accuracy',
      'share of the gain',
      SIGNS,
      'least share > 0.707 of a layer',
      ...names,
    ],
    rows: [
      ...points.map((point): Cell[] => [
        ...[point.step, point.clean, point.robust, shareOfGain(path, point) ?? NONE, signsCell(point.masking)],
        ...[leastShare(point), ...point.layers.map(({ cosine }) => cosine)],
      ]),
      ...(nearest ? [level] : []),
    ],
  };
}
