import { keptMeasure, measureStage, type RunStore, type Stage } from '@advml/runs';
import { ofNetworks } from '../network-stage.ts';
import { measureModel, measureNetwork } from './measure.ts';
import type { LowComplexityMeasures, ModelResult, ToldResult } from './measures.ts';
import { lowComplexityModels } from './models.ts';
import type { LowComplexitySetting, LowComplexityWorld } from './setting.ts';
import { measureTold, multiplesOf } from './told.ts';

const NETWORK = 'low-complexity/network';

const stageOf = (name: string) => `low-complexity/${name}`;

const toldStage = (multiple: number) => stageOf(`told-${multiple}`);

/**
 * A stage for each model and for each k at which models are told the features, which depend on nothing, and one for the network beside them.
 *
 * @param world - Gives the run's data model and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function lowComplexityStages(world: () => LowComplexityWorld, setting: LowComplexitySetting): readonly Stage[] {
  return [
    ...lowComplexityModels(setting).map((model) =>
      measureStage(stageOf(model.name), [], ({ signal }, onProgress) =>
        measureModel(world(), model, { onProgress, signal }),
      ),
    ),
    ...multiplesOf(setting).map((multiple) =>
      measureStage(toldStage(multiple), [], ({ signal }, onProgress) =>
        measureTold(world(), multiple, { onProgress, signal }),
      ),
    ),
    ofNetworks(NETWORK, ['clean', 'robust'], world, ({ world, params, loop }) =>
      measureNetwork(world, { clean: params.clean, adversarial: params.robust }, loop),
    ),
  ];
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @param setting - Its setting.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export async function lowComplexityMeasures(
  store: RunStore,
  setting: LowComplexitySetting,
): Promise<LowComplexityMeasures> {
  const all = async <T>(stages: readonly string[]): Promise<readonly T[]> =>
    (await Promise.all(stages.map((stage) => keptMeasure<T[]>(store, stage)))).flat();
  return {
    models: await all<ModelResult>(lowComplexityModels(setting).map(({ name }) => stageOf(name))),
    told: await all<ToldResult>(multiplesOf(setting).map(toldStage)),
    network: await keptMeasure(store, NETWORK),
  };
}
