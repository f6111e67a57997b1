import type { RunStore, Stage } from '@advml/runs';
import { keptMeasure, readMeasure } from '@advml/runs';
import { LOOKED_AT } from '../../shared/masking.ts';
import { curveOf, maskingOf } from '../accuracies.ts';
import { freshExamples } from '../examples.ts';
import type { MainSetting } from '../main-setting.ts';
import { ofNetworks } from '../network-stage.ts';
import type { PerNetwork } from '../networks.ts';
import type { PaperWorld } from '../world.ts';
import { measureFeatures } from './features.ts';
import type { PaperMeasures } from './measures.ts';
import { measurePerturbations } from './perturbations.ts';
import { type Attacked, attackTestSlice, measureRobustness } from './robustness.ts';
import { examplesOf, slicesOf } from './test-sets.ts';

/** Robust accuracy against the radius, for one network. */
function curveStage(world: () => PaperWorld, of: keyof PerNetwork<unknown>): Stage {
  return ofNetworks(`curve-${of}`, [of], world, ({ world, params, loop, own }) =>
    curveOf(world, params[of], own(freshExamples(world, world.setting.evaluation.curveExamples)), loop),
  );
}

/** How one trained network fares under attack: its examples in slices that can be attacked side by side, and what they add up to. */
function evaluationStages(world: () => PaperWorld, setting: MainSetting, of: 'clean' | 'robust'): readonly Stage[] {
  const slices = slicesOf(setting, of).map((slice) => ({ ...slice, stage: `robustness-${of}/${slice.name}` }));
  return [
    ...slices.map((slice) =>
      ofNetworks(slice.stage, [of], world, ({ world, params, loop, own }) =>
        attackTestSlice(world, params[of], own(examplesOf(world, of, slice)), slice, loop),
      ),
    ),
    curveStage(world, of),
    ofNetworks(`perturbations-${of}`, [of], world, ({ world, params, own }) =>
      measurePerturbations(world, params[of], own(freshExamples(world, world.setting.evaluation.curveExamples))),
    ),
    ofNetworks(
      `robustness-${of}`,
      [of],
      world,
      async ({ world, params, store, loop, own }) => {
        const attacked: Attacked[] = [];
        for (const { stage } of slices) attacked.push(await keptMeasure(store, stage));
        const fresh = own(freshExamples(world, setting.evaluation.examples));
        return measureRobustness(world, params[of], fresh, attacked, loop);
      },
      slices.map(({ stage }) => stage),
    ),
  ];
}

/** Signs that a network hides its gradient, on the first of its fresh examples. */
function maskingStage(world: () => PaperWorld, of: 'clean' | 'robust'): Stage {
  return ofNetworks(maskingName(of), [of], world, ({ world, params, loop, own }) => {
    const fresh = own(freshExamples(world, Math.min(LOOKED_AT, world.setting.evaluation.examples)));
    return maskingOf(world, params[of], fresh, { key: world.root.child('attack', 'masking'), ...loop });
  });
}

const maskingName = (of: 'clean' | 'robust'): string => `masking/${of}`;

/**
 * All three networks measured. The evaluation of w' waits for all trainings, so it goes first.
 *
 * @param world - Gives the run's data model and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function purificationStages(world: () => PaperWorld, setting: MainSetting): readonly Stage[] {
  return [
    ...evaluationStages(world, setting, 'robust'),
    ofNetworks('neurons', ['init', 'clean', 'robust'], world, ({ world, params }) => measureFeatures(world, params)),
    ...evaluationStages(world, setting, 'clean'),
    curveStage(world, 'init'),
    maskingStage(world, 'robust'),
    maskingStage(world, 'clean'),
  ];
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export async function purificationMeasures(store: RunStore): Promise<PaperMeasures> {
  const kept = <T>(name: string) => keptMeasure<T>(store, name);
  return {
    clean: await kept('robustness-clean'),
    robust: await kept('robustness-robust'),
    masking: {
      clean: await readMeasure(store, maskingName('clean')),
      robust: await readMeasure(store, maskingName('robust')),
    },
    certifiedRobust: await readMeasure(store, 'certified-robust'),
    perturbations: { clean: await kept('perturbations-clean'), robust: await kept('perturbations-robust') },
    ...(await kept<Pick<PaperMeasures, 'features' | 'pictures'>>('neurons')),
    curves: { init: await kept('curve-init'), clean: await kept('curve-clean'), robust: await kept('curve-robust') },
  };
}
