import { type CurveSeries, curves } from '@advml/plots';
import type { Figure, SeedMeasures } from '@advml/runs';
import { type Table, tableOverSeeds } from '@advml/runs';
import { recoveredCurves } from '../../shared/recovered-curves.ts';
import { tablePoints } from '../../shared/table-points.ts';
import type { LowRankMeasures, MatrixSpectrum } from './measures.ts';
import type { LowRankSetting } from './setting.ts';
import { KINDS, lowRankTables, RECOVERED } from './tables.ts';

/**
 * Robust accuracy against rank, the share of it that is recovered, and the singular values.
 *
 * @param seeds - Finished seeds, at least one.
 * @param setting - A complete setting.
 * @returns Three figures.
 */
export function lowRankFigures(
  seeds: readonly SeedMeasures<LowRankMeasures>[],
  setting: LowRankSetting,
): readonly Figure[] {
  const { data, network, tau } = setting;
  const which = seeds.length === 1 ? `seed ${seeds[0].seed}` : `${seeds.length} seeds`;
  const subtitle = `d ${data.dimension}, m ${network.neurons}, k ${data.active}, gamma ${data.margin}, tau ${tau} (l2), ${which}`;
  const tables = seeds.map(({ measures }) => lowRankTables(measures, setting)[0]);
  const table = tables.length === 1 ? tables[0] : tableOverSeeds(tables);
  return [accuracyFigure(table, setting, subtitle), recoveredFigure(table, subtitle), spectraFigure(seeds, subtitle)];
}

function accuracyFigure(table: Table, setting: LowRankSetting, subtitle: string): Figure {
  const most = Math.min(setting.data.dimension, setting.network.neurons);
  const pointsOf = (kind: string, column: string) => tablePoints(table, kind, 'rank', column);
  const full = pointsOf(KINDS.full, 'robust accuracy');
  return {
    name: 'low-rank',
    draw: (options) =>
      curves(
        {
          series: [
            { label: 'robust, trained A B', points: pointsOf(KINDS.trained, 'robust accuracy') },
            { label: 'robust, random subspace', points: pointsOf(KINDS.random, 'robust accuracy') },
            { label: "robust, first terms of w' - w", points: pointsOf(KINDS.truncated, 'robust accuracy') },
            {
              label: 'robust, all weights trained',
              points: full.flatMap((point) => [1, most].map((x) => ({ ...point, x }))),
            },
            { label: 'clean, trained A B', points: pointsOf(KINDS.trained, 'clean accuracy') },
          ],
          xLabel: 'rank of the update (log scale)',
          yLabel: 'accuracy (%)',
          xScale: 'log',
          yScale: 'percent',
          title: 'What an update of low rank withstands',
          subtitle,
          caption: `Accuracy of w with an update added, against its rank; bands are 95% intervals. ${table.note}`,
        },
        options,
      ),
  };
}

/** The curve that the claim is about. */
function recoveredFigure(table: Table, subtitle: string): Figure {
  const series = ([KINDS.trained, KINDS.random, KINDS.truncated] as const).map((kind) => ({
    label: kind,
    points: tablePoints(table, kind, 'over the full one', RECOVERED),
  }));
  return {
    name: 'low-rank-recovered',
    draw: (options) => curves(recoveredCurves(series, subtitle, table.note), options),
  };
}

function spectraFigure(seeds: readonly SeedMeasures<LowRankMeasures>[], subtitle: string): Figure {
  const series = (label: string, of: (measures: LowRankMeasures) => MatrixSpectrum): CurveSeries => {
    const spectra = seeds.map(({ measures }) => of(measures).values);
    const means = spectra[0].map((_, at) => spectra.reduce((sum, values) => sum + values[at], 0) / spectra.length);
    const least = 1e-6 * means[0]; // beyond it are roundings
    return { label, points: means.flatMap((y, at) => (y > least ? [{ x: at + 1, y }] : [])) };
  };
  return {
    name: 'spectra',
    draw: (options) =>
      curves(
        {
          series: [
            series("w' - w", ({ update }) => update.spectrum),
            series('w - w0', ({ cleanChange }) => cleanChange),
            series('w', ({ clean }) => clean),
          ].filter(({ points }) => points.length > 0),
          xLabel: 'number, largest first (log scale)',
          yLabel: 'singular value (log scale)',
          xScale: 'log',
          yScale: 'log',
          title: 'Singular values of what training changes',
          subtitle,
          caption:
            "The change that adversarial training makes to the clean weights, w' - w, beside the change that clean training made, w - w0. A low-rank matrix would fall to nothing after a few. Means over seeds, where there are several.",
        },
        options,
      ),
  };
}
