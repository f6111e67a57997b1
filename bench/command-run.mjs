// A run of the command as a benchmark sees it: how long its stages took, what it left, and the rows that this makes beside a peer.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sum } from './measured.mjs';

/**
 * Runs an experiment by the command, in a folder that goes afterwards.
 *
 * @param args - What `advml run` is given: the experiment, and options.
 * @param run - `set`, a list of KEY=VALUE; `progress`, which is told how far it is; `networksOf(folder, setting)`, (a promise of) what
 * the benchmark wants to know of the trained networks, from what the run left.
 * @returns `spans`, a map of when each stage began and ended, in seconds; `setting`; `networks`; `megabytes`, the peak of memory.
 */
export async function commandRun(args, { set, progress, networksOf }) {
  const folder = mkdtempSync(join(tmpdir(), 'advml-bench-'));
  const [run, peak] = [join(folder, 'run'), join(folder, 'peak')];
  const file = (name) => fileURLToPath(new URL(name, import.meta.url));
  const command = ['--import', file('peak-memory.mjs'), file('../packages/advml/bin/advml.js')];
  const settings = set.flatMap((assignment) => ['--set', assignment]);
  const child = spawn(process.execPath, [...command, 'run', ...args, '--json', '--out', run, ...settings], {
    env: { ...process.env, PEAK_MEMORY: peak },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const ended = new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    const spans = await stageSpans(child.stdout, progress);
    const code = await ended;
    if (code !== 0) throw new Error(`advml run ${args.join(' ')} ended with exit code ${code}`);
    const { setting } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
    const megabytes = Number(readFileSync(peak, 'utf8'));
    return { spans, setting, networks: await networksOf(run, setting), megabytes };
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

/**
 * One row for each phase of a run. A phase lasts while any of its stages does.
 *
 * @param phases - Of each its `name`; `stages`, a pattern for the names of its stages; `parts`, what it is in the peer's `seconds`;
 * and `note(ours, theirs)`, a sentence for the table, if there is something to say.
 * @param ours - What `commandRun` gave.
 * @param theirs - What `bestRun` of torch.mjs gave, if there is a peer.
 * @returns An iterator of rows.
 * @throws Error if a phase has no stages.
 */
export function* phaseRows(phases, ours, theirs) {
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

/** The length of the union of some spans. */
function covered(spans) {
  let [length, end] = [0, -Infinity];
  for (const [from, to] of spans.toSorted(([a], [b]) => a - b)) {
    length += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return length;
}
