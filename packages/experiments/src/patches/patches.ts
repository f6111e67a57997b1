import { type Experiment, experimentOfParts } from '@advml/runs';
import { circumstances } from './circumstances.ts';
import { mainFaults } from './main-setting.ts';
import { patchesParts } from './parts.ts';
import { type PatchesSetting, patchesFields } from './setting.ts';
import { patchesSubject } from './subject.ts';
import { trainingStages } from './training/stages.ts';
import { type PatchesWorld, patchesWorld } from './world.ts';

/**
 * Robust and non-robust features in patches, and clusters: which features clean and adversarial training take where both are known.
 *
 * @see Li, Li: Adversarial Training Can Provably Improve Robustness: Theoretical Analysis of Feature Learning Process Under Structured
 * Data, 2024 (arXiv:2410.08503); Frei, Vardi, Bartlett, Srebro: The Double-Edged Sword of Implicit Bias: Generalization vs. Robustness
 * in ReLU Networks, 2023 (arXiv:2303.01456); Vardi, Yehudai, Shamir: Gradient Methods Provably Converge to Non-Robust Networks, 2022
 * (arXiv:2202.04347).
 */
export const patches: Experiment<PatchesSetting> = experimentOfParts<PatchesWorld<PatchesSetting>, PatchesSetting>({
  name: 'patches',
  title: 'Known features in patches and clusters',
  introduction: [
    'Each input is an image of patches, and its class shows itself twice: by a large feature in few of the patches, and by a small one in many. Either tells the class. A small perturbation of the whole image hides the small features, and not the large one. A convolutional network of two layers may learn either of them. Theory says that clean training takes the small, dense features and is fragile for that reason, and that adversarial training takes the large ones. Which of them the filters follow, this report measures.',
    "w0 are the weights at initialization, w those after clean training and w' those after adversarial training from w; eps is the radius of the attack in l2. Beside them stand a network that is trained adversarially from w0, and w with frozen filters, whose last layer alone is trained adversarially. After Li and Li, Adversarial Training Can Provably Improve Robustness: Theoretical Analysis of Feature Learning Process Under Structured Data, 2024 (arXiv:2410.08503).",
    'The second part is about clusters at right angles to each other, each of which has one of two labels. A network that is trained on them finds neurons for the labels and not for the clusters, and one small perturbation for each label makes it wrong; a network with a neuron a cluster withstands it. After Frei, Vardi, Bartlett and Srebro, The Double-Edged Sword of Implicit Bias, 2023 (arXiv:2303.01456), and Vardi, Yehudai and Shamir, Gradient Methods Provably Converge to Non-Robust Networks, 2022 (arXiv:2202.04347).',
  ],
  settings: patchesFields,
  faults: mainFaults,
  presets: {
    default: {},
    smoke: {
      data: { train: 256 },
      network: { filters: 12 },
      clean: { steps: 60, batch: 64 },
      adversarial: { steps: 60, batch: 64, attackSteps: 3 },
      evaluation: { examples: 60, steps: 10, restarts: 1, curveExamples: 30 },
      clusters: { dimension: 128, clusters: 16, neurons: 32, train: 64, steps: 40, examples: 60, attackSteps: 10 },
      checkpointEvery: 10,
    },
  },
  caveats: {
    smoke: 'The preset smoke is too small for verdicts: it shows that all works, and what holds or not says nothing.',
  },
  withoutEffect: ['evaluation.batch', 'checkpointEvery'],
  parts: patchesParts,
  world: patchesWorld,
  check: async (setting, seed) => void patchesWorld(setting, seed),
  training: trainingStages,
  circumstances,
  subject: patchesSubject,
});
