import { keptMeasure, measureStage, type RunStore, type Stage } from '@advml/runs';
import { ofNetworks } from '../network-stage.ts';
import { measureModel, measureNetwork } from './measure.ts';
import type { LowComplexityMeasures, LowComplexityResult } from './measures.ts';
import { lowComplexityModels } from './models.ts';
import type { LowComplexitySetting, LowComplexityWorld } from './setting.ts';

const NETWORK = 'low-complexity/network';

const stageOf = (name: string) => `low-complexity/${name}`;

/**
 * A stage for each model, which depend on nothing, and one for the network beside them.
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
  const models: LowComplexityResult[] = [];
  for (const { name } of lowComplexityModels(setting))
    models.push(...(await keptMeasure<LowComplexityResult[]>(store, stageOf(name))));
  return { models, network: await keptMeasure(store, NETWORK) };
}
