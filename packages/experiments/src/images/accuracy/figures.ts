import { robustnessCurves, type TrainingRecord, trainingCurves } from '@advml/plots';
import type { Figure, RunStore, SeedMeasures } from '@advml/runs';
import { keptLog } from '@advml/runs';
import type { MainSetting } from '../main-setting.ts';
import { robustIn, symbolOf } from '../networks.ts';
import { subtitleOf } from '../subtitle.ts';
import type { AccuracyMeasures } from './measures.ts';

/**
 * Robust accuracy against the radius in each norm, and the course of training.
 *
 * @param seeds - Finished seeds, at least one; the pictures are of the first.
 * @param setting - A complete setting.
 * @returns The figures.
 */
export async function accuracyFigures(
  [{ seed, store, measures }]: readonly SeedMeasures<AccuracyMeasures>[],
  setting: MainSetting,
): Promise<readonly Figure[]> {
  const subtitle = subtitleOf(setting, seed);
  const radius = setting.threats.map(({ norm, eps }): Figure => {
    const own = measures.curves.filter((curve) => curve.norm === norm);
    return {
      name: `robustness-${norm}`,
      draw: (options) =>
        robustnessCurves(
          {
            series: own.map(({ network, points }) => ({ label: symbolOf(network), points })),
            norm,
            tau: eps,
            title: `Robust accuracy against the size of the attack in ${norm}`,
            subtitle,
            caption: `Share of ${setting.evaluation.probeExamples} test images that stay correctly classified when an attacker may move them by a given distance (95% intervals), after clean training (w) and after adversarial training from there; attack: the probe, which is weaker than the standard battery.`,
          },
          options,
        ),
    };
  });
  return [...radius, await trainingFigure(store, setting, subtitle)];
}

async function trainingFigure(store: RunStore, { threats }: MainSetting, subtitle: string): Promise<Figure> {
  const phases = [['clean', 'clean'], ...threats.map(({ norm }) => [robustIn(norm), norm])];
  const records: TrainingRecord[] = [];
  for (const [name, phase] of phases)
    for (const { phase: _, step, ...numbers } of await keptLog(store, name))
      for (const [series, value] of Object.entries(numbers))
        records.push({ phase, step, series, value: Number(value) });
  return {
    name: 'training',
    draw: (options) =>
      trainingCurves(
        {
          records,
          panels: [
            { label: 'loss (nats)', series: ['loss'] },
            { label: 'batch accuracy (%)', series: ['accuracy'], scale: 'percent' },
            { label: 'mean |cos(w, w0)|', series: ['meanCosineWithInit'] },
          ],
          title: 'Clean training, then adversarial training from there in each norm',
          subtitle,
          caption:
            'Loss and accuracy on the batch of each step, in the adversarial phases on attacked images, and the mean cosine of neurons and filters with their initialization, over all layers. Every adversarial phase begins at the clean weights, its step 0.',
        },
        options,
      ),
  };
}
