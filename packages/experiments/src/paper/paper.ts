import type { Claim } from '../claim.ts';
import { tableOverSeeds } from '../report/table.ts';
import type { Experiment, SeedRun } from '../run/experiment.ts';
import { judge } from './claims/rule.ts';
import type { Part, SeedMeasures } from './part.ts';
import { chosenParts, isChosen } from './parts.ts';
import { paperPresets } from './presets.ts';
import { type PaperSetting, paperSetting } from './setting.ts';
import { paperStages } from './stages.ts';

/** What a part measured in each seed. */
async function measuresOf(
  part: Part,
  seeds: readonly SeedRun[],
  setting: PaperSetting,
): Promise<SeedMeasures<unknown>[]> {
  return Promise.all(seeds.map(async (run) => ({ ...run, measures: await part.measures(run.store, setting) })));
}

/**
 * Feature purification, the paper's pipeline: clean training, then adversarial training of the same network, and the theory's claims C1 to C13.
 *
 * @see Allen-Zhu, Li: Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020 (arXiv:2005.10190).
 */
export const paper: Experiment<PaperSetting> = {
  name: 'paper',
  title: 'Feature purification',
  introduction: [
    'A network with one hidden layer learns to classify inputs that are sums of a few features out of many. Trained in the usual way it is almost always right, and yet a change of the input far smaller than the input itself makes it wrong almost always. Trained on such changed inputs, starting from the very weights that the usual training found, it becomes right on them too. So says the theory; whether it holds in this run, the table of claims says.',
    'The theory also says what the second training changes. After the first training every neuron already carries a few features, mixed with a little of all the others: the dense mixture. An attacker moves the input along the mixture, and all neurons move together. The second training does not learn new features, it removes the mixture: it purifies the features that were there.',
    "In this report w0 are the weights at initialization, w those after clean training and w' those after adversarial training from w; tau is the size of the attacker's change (Euclidean length), gamma the margin below which examples are not drawn, and the features are the columns of an orthonormal matrix M. The statement, the data and the training follow Allen-Zhu and Li, Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020 (arXiv:2005.10190).",
  ],
  schema: paperSetting,
  presets: paperPresets,
  stages: paperStages,
  claims: async (store, setting) => {
    const claims: Claim[] = [];
    for (const part of chosenParts(setting)) {
      const measures = await part.measures(store, setting);
      const chosen = part.claims.filter(({ id }) => isChosen(id, setting.claims));
      claims.push(...chosen.map((rule) => judge(rule, measures, setting)));
    }
    return claims;
  },
  tables: async (seeds, setting) => {
    const perPart = chosenParts(setting).map(async (part) => {
      const perSeed = (await measuresOf(part, seeds, setting)).map(({ measures }) => part.tables(measures, setting));
      if (perSeed.length === 1) return perSeed[0];
      return perSeed[0].map((_, at) => tableOverSeeds(perSeed.map((tables) => tables[at])));
    });
    return (await Promise.all(perPart)).flat();
  },
  figures: async (seeds, setting) => {
    const perPart = chosenParts(setting).map(async (part) =>
      part.figures(await measuresOf(part, seeds, setting), setting),
    );
    return (await Promise.all(perPart)).flat();
  },
};
