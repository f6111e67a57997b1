// The paper's default pipeline by the command, against the same written plainly in PyTorch: the training of both networks and their
// evaluation on the fresh examples, without the curves, the variants of claim C9 and the report.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { clopperPearson } from '@advml/metrics';
import { number } from './document.mjs';
import { startPeer, threadCounts, versionText } from './torch.mjs';

export const title = "The paper's pipeline";
export const about = `Clean training, adversarial training, and the evaluation of both networks on the fresh examples, at the default
setting: \`advml run paper\` against \`bench/peers/pipeline.py\`, which does the same in dense products. Each runs once, PyTorch with
one thread and with two, of which the faster is shown. A phase lasts while any of its stages does; the whole is the time in which
any does. Most of ours is adversarial training. More than half of its step is the one dense product, which runs near the peak of
128-bit vectors (see the matrix products); then come the two sparse gradients, a sixth, and the optimizer, a tenth. PyTorch's four
dense products take wider vectors.`;

/** What is not compared, made as short as it can be. */
const short = ['claims=["C3"]', 'evaluation.curveExamples=2', 'evaluation.curveSteps=1'];

/** What the stages of a run belong to, what the peer calls it, and what else there is to say. */
const phases = [
  { name: 'clean training', stages: /^clean training$/, parts: ['clean'] },
  { name: 'adversarial training', stages: /^adversarial training$/, parts: ['adversarial'] },
  { name: 'evaluation of both networks', stages: /^robustness-/, parts: ['evaluation'], note: accuracies },
  { name: 'whole', stages: / training$|^robustness-/, parts: ['clean', 'adversarial', 'evaluation'], note: memory },
];

export async function* rows({ set, progress }) {
  const ours = await ourRun([...short, ...set], progress);
  const theirs = await bestPeer(ours.setting, progress);
  for (const { name, stages, parts, note } of phases) {
    const spans = [...ours.spans].filter(([stage]) => stages.test(stage)).map(([, span]) => span);
    if (spans.length === 0) throw new Error(`the run has no stage ${stages}: ${[...ours.spans.keys()].join(', ')}`);
    const seconds = covered(spans);
    const peers = theirs ? [peerOf(theirs, parts, seconds)] : [];
    yield { name, ours: seconds, unit: 's', peers, note: note?.(ours, theirs) };
  }
}

function peerOf({ version, seconds }, parts, ours) {
  const time = sum(parts.map((part) => seconds[part]));
  return { name: 'PyTorch', version, time, ratio: time / ours };
}

/** Runs the command; when each stage began and ended, in seconds, and what the run wrote. */
async function ourRun(set, progress) {
  const folder = mkdtempSync(join(tmpdir(), 'advml-bench-'));
  const [run, peak] = [join(folder, 'run'), join(folder, 'peak')];
  const file = (name) => fileURLToPath(new URL(name, import.meta.url));
  const command = ['--import', file('peak-memory.mjs'), file('../packages/advml/bin/advml.js')];
  const settings = set.flatMap((assignment) => ['--set', assignment]);
  const child = spawn(process.execPath, [...command, 'run', 'paper', '--json', '--out', run, ...settings], {
    env: { ...process.env, PEAK_MEMORY: peak },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const ended = new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    const spans = await stageSpans(child.stdout, progress);
    const code = await ended;
    if (code !== 0) throw new Error(`advml run paper ended with exit code ${code}`);
    const read = (name) => JSON.parse(readFileSync(join(run, name), 'utf8'));
    const accuraciesOf = (network) => read(`measures/robustness-${network}.json`).value;
    return {
      spans,
      setting: read('run.json').setting,
      networks: { clean: accuraciesOf('clean'), robust: accuraciesOf('robust') },
      megabytes: Number(readFileSync(peak, 'utf8')),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Start and end of each stage from the events of a run, by the clock of whoever reads them. */
async function stageSpans(events, progress) {
  const spans = new Map();
  let told = performance.now();
  for await (const line of createInterface({ input: events })) {
    const { type, stage, state, done, total } = JSON.parse(line);
    const now = performance.now() / 1000;
    if (type === 'stage' && state === 'started') spans.set(stage, [now, now]);
    if (type === 'stage' && state === 'finished') spans.get(stage)[1] = now;
    if (type === 'progress' && performance.now() - told > 10_000) {
      told = performance.now();
      progress(`ours: ${stage}, ${done} of ${total}`);
    }
  }
  return spans;
}

/** The length of the union of some spans. */
function covered(spans) {
  let [length, end] = [0, -Infinity];
  for (const [from, to] of spans.toSorted(([a], [b]) => a - b)) {
    length += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return length;
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
const total = ({ seconds }) => sum(Object.values(seconds));

/** The result with the best number of threads; nothing without PyTorch. */
async function bestPeer(setting, progress) {
  const results = [];
  for (const threads of threadCounts) {
    const child = startPeer('pipeline', threads);
    if (child === undefined) return undefined;
    child.stdin.end(JSON.stringify(setting));
    const answer = await text(child.stdout);
    if (answer === '') throw new Error('the PyTorch pipeline has failed');
    const result = JSON.parse(answer);
    results.push({ ...result, version: versionText(result.version, threads) });
    progress(`PyTorch ${results.at(-1).version}: ${number(total(result))} s`);
  }
  return results.toSorted((a, b) => total(a) - total(b))[0];
}

/** The accuracies side by side, and whether their intervals meet. */
function accuracies(ours, theirs) {
  const sentences = Object.entries({ clean: 'w', robust: "w'" }).flatMap(([network, name]) =>
    ['clean', 'robust'].map((kind) => {
      const own = ours.networks[network][kind];
      const words = `${kind} accuracy of ${name}: ours ${interval(own)}`;
      if (!theirs) return words;
      const { examples, [kind]: right } = theirs.networks[network];
      const other = clopperPearson(right, examples);
      const apart = own.low > other.high || other.low > own.high ? ', which do not agree' : '';
      return `${words}, PyTorch ${interval(other)}${apart}`;
    }),
  );
  return sentences.join('; ');
}

const interval = ({ value, low, high }) => `${number(value)} [${number(low)}, ${number(high)}]`;

function memory(ours, theirs) {
  const peak = `peak memory: ours ${number(ours.megabytes)} MB`;
  return theirs ? `${peak}, PyTorch ${number(theirs.megabytes)} MB` : peak;
}
