import { type ClaimRule, choicesOf, type Experiment, experimentOfParts } from '@advml/runs';
import type { ZodType } from 'zod';
import { circumstances } from './circumstances.ts';
import { mainFaults } from './main-setting.ts';
import { chosenParts, paperParts } from './parts.ts';
import { paperPresets } from './presets.ts';
import { type PaperSetting, paperFields } from './setting.ts';
import { paperSubject } from './subject.ts';
import { trainingStages } from './training/stages.ts';
import { type PaperWorld, paperWorld, requireExamples } from './world.ts';

/**
 * Feature purification, the paper's pipeline: clean training, then adversarial training of the same network, and the theory's claims C1 to C13, and C17 to C20, which are proved.
 *
 * @see Allen-Zhu, Li: Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020 (arXiv:2005.10190).
 */
export const paper: Experiment<PaperSetting> = experimentOfParts<PaperWorld<PaperSetting>, PaperSetting>({
  name: 'paper',
  title: 'Feature purification',
  introduction: [
    'A network with one hidden layer learns to classify inputs that are sums of a few features out of many. Trained in the usual way it is almost always right, and yet a change of the input far smaller than the input itself makes it wrong almost always. Trained on such changed inputs, starting from the very weights that the usual training found, it becomes right on them too. So says the theory; whether it holds in this run, the table of claims says.',
    'The theory also says what the second training changes. After the first training every neuron already carries a few features, mixed with a little of all the others: the dense mixture. An attacker moves the input along the mixture, and all neurons move together. The second training does not learn new features, it removes the mixture: it purifies the features that were there.',
    "In this report w0 are the weights at initialization, w those after clean training and w' those after adversarial training from w; tau is the size of the attacker's change (Euclidean length), gamma the margin below which examples are not drawn, and the features are the columns of an orthonormal matrix M. The statement, the data and the training follow Allen-Zhu and Li, Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020 (arXiv:2005.10190).",
  ],
  settings: paperFields,
  faults: mainFaults,
  chosen: choicesOf(chosenParts),
  presets: paperPresets,
  caveats: {
    smoke: 'The preset smoke is too small for verdicts: it shows that all works, and what holds or not says nothing.',
  },
  withoutEffect: ['evaluation.batch', 'checkpointEvery'],
  parts: paperParts,
  world: paperWorld,
  check: async (setting, seed) => requireExamples(paperWorld(setting, seed)),
  training: trainingStages,
  circumstances,
  subject: paperSubject,
});

/**
 * Everything that decides a run of the paper's pipeline, with its defaults; unknown keys are refused.
 *
 * Print it as a table with `advml run paper --settings`.
 */
export const paperSetting: ZodType<PaperSetting> = paper.schema;

/** Every claim that the experiment can judge, in order. */
export const paperClaims: readonly ClaimRule<unknown, PaperSetting>[] = paperParts
  .flatMap(({ claims }): readonly ClaimRule<unknown, PaperSetting>[] => claims)
  .sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
