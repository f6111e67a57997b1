import { paths as drawPaths, type PathPanel } from '@advml/plots';
import type { Figure } from '@advml/runs';
import { attackedBy, lastPurified, shareOfGain } from './points.ts';
import type { ShownPath } from './tables.ts';

/** The words of {@link pathFigures}. */
export interface PathWords {
  /** Setting and seed. */
  readonly subtitle: string;
  /** What a layer is called, by the name of its weight. */
  layer(name: string): string;
  /** What the symbols at the foot are. */
  readonly nearest: string;
}

/**
 * Robust accuracy against how much of every layer of w is left, step after step.
 *
 * @param shown - The paths, a panel each; none for a run of an earlier version.
 * @param words - See {@link PathWords}.
 * @returns One figure, or none.
 */
export function pathFigures(shown: readonly ShownPath[], { subtitle, layer, nearest }: PathWords): readonly Figure[] {
  if (shown.length === 0) return [];
  const panels = shown.map((path): PathPanel => {
    const { points, threat } = path;
    const there = lastPurified(path);
    const share = shareOfGain(path, there);
    return {
      heading: shown.length > 1 ? threat : undefined,
      series: points[0].layers.map(({ name }, at) => ({
        label: layer(name),
        points: points.map(({ robust, layers }) => ({ x: layers[at].cosine, y: robust.value })),
        beside: path.nearest?.[name],
      })),
      ...(share !== undefined && {
        level: { value: there.robust.value, label: `${Math.round(100 * share)}% of the gain` },
      }),
    };
  });
  return [
    {
      name: 'path',
      draw: (options) =>
        drawPaths(
          {
            panels,
            xLabel: 'median cos(w, w_t) of a layer',
            yLabel: 'robust accuracy (%)',
            yScale: 'percent',
            mark: { value: Math.SQRT1_2, label: '0.707' },
            ...(shown.some((path) => path.nearest) && { besideLabel: nearest }),
            title: 'The path of purification',
            subtitle,
            caption: `Weights w_t after t steps of adversarial training, from w at the right to w' at the left. To the right of 0.707 more than half of a layer is still w's, by ${shown[0].neurons}; the dotted line has the robust accuracy of the last point at which that holds for every layer (${attackedBy(shown)}).`,
          },
          options,
        ),
    },
  ];
}
