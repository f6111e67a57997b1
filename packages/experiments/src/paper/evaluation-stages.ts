import type { OnProgress, Params } from '@advml/core';
import type { Stage, StageContext } from '@advml/runs';
import { keptMeasure, keptWeights, measureStage, type Own, owning } from '@advml/runs';
import { measureFeatures } from './features.ts';
import type { PerNetwork } from './measures.ts';
import { type Attacked, attackPart, measureCurve, measurePerturbations, measureRobustness } from './robustness.ts';
import type { PaperSetting } from './setting.ts';
import { examplesOf, freshExamples, partsOf } from './test-sets.ts';
import { madeBy } from './training-stages.ts';
import type { PaperWorld } from './world.ts';

/** What a measurement of one network is given. */
interface Given {
  readonly world: PaperWorld;
  readonly params: Params;
  readonly context: StageContext;
  readonly loop: { readonly onProgress: OnProgress; readonly signal?: AbortSignal };
  readonly own: Own;
}

/** A measurement of one network. */
function ofNetwork<T>(
  name: string,
  of: keyof PerNetwork<unknown>,
  world: () => PaperWorld,
  measure: (given: Given) => T | Promise<T>,
  needs: readonly string[] = [],
): Stage {
  return measureStage(name, [madeBy[of], ...needs], (context, onProgress) =>
    owning(async (own) => {
      const params = own(await keptWeights(context.store, of));
      return measure({ world: world(), params, context, loop: { onProgress, signal: context.signal }, own });
    }),
  );
}

/**
 * Robust accuracy against the radius, for one network.
 *
 * @param world - Gives the run's data model and network.
 * @param of - Which network.
 * @returns The stage.
 */
export function curveStage(world: () => PaperWorld, of: keyof PerNetwork<unknown>): Stage {
  return ofNetwork(`curve-${of}`, of, world, ({ world, params, loop, own }) =>
    measureCurve(world, params, own(freshExamples(world, world.setting.evaluation.curveExamples)), loop),
  );
}

/**
 * How one trained network fares under attack: its examples in parts that can be attacked side by side, and what they add up to.
 *
 * @param world - Gives the run's data model and network.
 * @param setting - A complete setting.
 * @param of - Which network.
 * @returns The stages.
 */
export function evaluationStages(
  world: () => PaperWorld,
  setting: PaperSetting,
  of: 'clean' | 'robust',
): readonly Stage[] {
  const parts = partsOf(setting, of).map((part) => ({ ...part, stage: `robustness-${of}/${part.name}` }));
  return [
    ...parts.map((part) =>
      ofNetwork(part.stage, of, world, ({ world, params, loop, own }) =>
        attackPart(world, params, own(examplesOf(world, of, part)), part, loop),
      ),
    ),
    curveStage(world, of),
    ofNetwork(`perturbations-${of}`, of, world, ({ world, params, own }) =>
      measurePerturbations(world, params, own(freshExamples(world, world.setting.evaluation.curveExamples))),
    ),
    ofNetwork(
      `robustness-${of}`,
      of,
      world,
      async ({ world, params, context, loop, own }) => {
        const attacked: Attacked[] = [];
        for (const { stage } of parts) attacked.push(await keptMeasure(context.store, stage));
        const fresh = own(freshExamples(world, setting.evaluation.examples));
        return measureRobustness(world, params, fresh, attacked, loop);
      },
      parts.map(({ stage }) => stage),
    ),
  ];
}

/**
 * What the weights of the three networks tell.
 *
 * @param world - Gives the run's data model and network.
 * @returns The stage.
 */
export function featuresStage(world: () => PaperWorld): Stage {
  return measureStage('features', Object.values(madeBy), ({ store }) =>
    owning(async (own) => {
      const weights = async (name: string) => own(await keptWeights(store, name));
      const networks = { init: await weights('init'), clean: await weights('clean'), robust: await weights('robust') };
      return measureFeatures(world(), networks);
    }),
  );
}
