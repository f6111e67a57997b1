// The paper's default pipeline by the command, against the same written plainly in PyTorch: the training of both networks and their
// evaluation on the fresh examples, without the curves, the variants of claim C9 and the report.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accuracies } from './accuracies.mjs';
import { commandRun, phaseRows } from './command-run.mjs';
import { number } from './document.mjs';
import { bestRun } from './torch.mjs';

export const title = "The paper's pipeline";
export const about = `Clean training, adversarial training, and the evaluation of both networks on the fresh examples, at the default
setting: \`advml run paper\` against \`bench/peers/pipeline.py\`, which does the same in dense products. Each runs once, PyTorch with
one thread and with two, of which the faster is shown. A phase lasts while any of its stages does; the whole is the time in which
any does. Most of ours is adversarial training. More than half of its step is the one dense product, which runs near the peak of
128-bit vectors (see the matrix products); then come the two sparse gradients, a sixth, and the optimizer, a tenth. PyTorch's four
dense products take wider vectors. That product only decides which neurons are active, and gives the values of those. To decide it by
integers of 16 bits with a bound of their rounding, and to go back to floats near the threshold, was tried and does not pay: on a Zen 3
such a product makes 21 to 27 billion multiply-adds a second and floats make 23, and the rounding and the way back cost more than that.`;

/** What is not compared, made as short as it can be. */
const short = ['claims=["C3"]', 'evaluation.curveExamples=2', 'evaluation.curveSteps=1'];

/** What the stages of a run belong to, what the peer calls it, and what else there is to say. */
const phases = [
  { name: 'clean training', stages: /^clean training$/, parts: ['clean'] },
  { name: 'adversarial training', stages: /^adversarial training$/, parts: ['adversarial'] },
  { name: 'evaluation of both networks', stages: /^robustness-/, parts: ['evaluation'], note: evaluated },
  { name: 'whole', stages: / training$|^robustness-/, parts: ['clean', 'adversarial', 'evaluation'], note: memory },
];

export async function* rows({ set, progress }) {
  const ours = await commandRun(['paper'], { set: [...short, ...set], progress, networksOf });
  yield* phaseRows(phases, ours, await bestRun('pipeline', ours.setting, progress));
}

function networksOf(folder) {
  const found = (network) =>
    JSON.parse(readFileSync(join(folder, `measures/robustness-${network}.json`), 'utf8')).value;
  return { clean: found('clean'), robust: found('robust') };
}

function evaluated(ours, theirs) {
  const words = Object.entries({ clean: 'w', robust: "w'" }).map(([network, symbol]) =>
    accuracies(symbol, ours.networks[network], theirs?.networks[network]),
  );
  return words.join('; ');
}

function memory(ours, theirs) {
  const peak = `peak memory: ours ${number(ours.megabytes)} MB`;
  return theirs ? `${peak}, PyTorch ${number(theirs.megabytes)} MB` : peak;
}
