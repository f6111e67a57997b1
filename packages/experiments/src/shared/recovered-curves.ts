import type { CurveSeries, Curves } from '@advml/plots';
import { LOW, MOST } from './low-rank.ts';

/**
 * The picture of claim C13: how much of the robust accuracy updates recover against their rank, beside the bar.
 *
 * @param series - A curve a kind of update, the trained one first; ranks are over the full one.
 * @param subtitle - What the run is about.
 * @param note - How the numbers were measured.
 * @returns What `curves` draws.
 */
export function recoveredCurves(series: readonly CurveSeries[], subtitle: string, note: string): Curves {
  const ranks = series.flatMap(({ points }) => points.map(({ x }) => x));
  const bar = [...new Set([Math.min(LOW, ...ranks), LOW])].map((x) => ({ x, y: MOST }));
  return {
    series: [...series, { label: `bar: ${MOST}, up to ${LOW} of the full rank`, points: bar }],
    xLabel: 'rank of the update over the full one (log scale)',
    yLabel: 'share of the robust accuracy',
    xScale: 'log',
    title: 'How much of the robust accuracy updates of low rank recover',
    subtitle,
    caption: `Robust accuracy of w with an update, over that of training all weights. Claim C13 asks that the band of '${series[0].label}' lies above the bar at the largest rank up to ${LOW} of the full one. ${note}`,
  };
}
