import { meanInterval } from '@advml/metrics';
import { robustnessCurves } from '@advml/plots';
import type { Figure } from '@advml/runs';
import type { CurvePoint } from '../robustness.ts';
import type { PaperSetting } from '../setting.ts';
import type { LowComplexityMeasures, LowComplexityResult } from './measure.ts';

/** The curve of one seed, or the mean of several with its interval over them. */
function curveOver(curves: readonly (readonly CurvePoint[])[]): readonly CurvePoint[] {
  if (curves.length === 1) return curves[0];
  return curves[0].map(({ eps }, at) => {
    const { mean, low, high } = meanInterval(curves.map((curve) => curve[at].accuracy));
    return { eps, accuracy: mean, low: Math.max(low, 0), high: Math.min(high, 1) };
  });
}

/**
 * Robust accuracy against the radius: every model of low complexity after adversarial training, or as it is where nothing is
 * trained, beside w'.
 *
 * @param seeds - What each seed measured, at least one.
 * @param setting - A complete setting.
 * @returns The figure.
 */
export function curvesOfModels(seeds: readonly LowComplexityMeasures[], setting: PaperSetting): Figure {
  const { tau, lowComplexity } = setting;
  const shown = ({ models, network }: LowComplexityMeasures): readonly LowComplexityResult[] =>
    [...models, ...network].filter(({ training }) => training !== 'clean');
  const perSeed = seeds.map(shown);
  const series = perSeed[0].map(({ model }, at) => ({
    label: model,
    points: curveOver(perSeed.map((results) => results[at].curve)),
  }));
  return {
    name: 'low-complexity',
    draw: (options) =>
      robustnessCurves(
        {
          series,
          norm: 'l2',
          tau,
          title: 'Adversarially trained models of low complexity, and the network',
          subtitle: `d = ${setting.data.dimension}, ${seeds.length === 1 ? 'one seed' : `mean of ${seeds.length} seeds`}`,
          caption: `Share of examples that stay correctly classified when an attacker may move the input by a given distance, after adversarial training at tau (${lowComplexity.curveExamples} fresh examples${seeds.length > 1 ? ' a seed' : ''}, 95% intervals). A model that always says the same class is right on half of them at any distance. Claim C10 is read off at tau.`,
        },
        options,
      ),
  };
}
