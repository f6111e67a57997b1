import { type CertifySmoothedOptions, certifySmoothed } from '@advml/certify';
import { type AnyClassifier, describeThreat, InputError, key } from '@advml/core';
import { clopperPearson, type EvaluationPart, type Proportion, type Share } from '@advml/metrics';
import { slice, type Tensor } from '@tensorflow/tfjs-core';
import type { Attacked, KeptPart, Parts } from './attack-bench.ts';
import type { Bench } from './bench.ts';
import type { AttackRequest, NormName, SmoothingWork } from './request.ts';
import { workOf } from './work-of.ts';

/** What randomized smoothing said of one example: one line of a file. */
export interface SmoothedRecord {
  /** Its index among the examples. */
  readonly index: number;
  readonly label: number;
  /** The class that the smoothed classifier gives; null where it abstains. */
  readonly prediction: number | null;
  /** l2 radius within which it gives that class, in input units; 0 where it abstains. */
  readonly radius: number;
  /** Votes of that class. */
  readonly votes: number;
  /** At the threat's radius. */
  readonly verdict: 'certified' | 'wrong' | 'undecided';
}

/** What randomized smoothing came to, with all that it belongs to. */
export interface Smoothed extends Pick<Attacked, 'threat' | 'request' | 'model' | 'data' | 'warnings'> {
  /** The smoothing with its settings. */
  readonly smoothing: string;
  /** Share of examples of which the smoothed classifier gives the label. */
  readonly clean: Proportion;
  /** Share of examples of which it gives none. */
  readonly abstained: Proportion;
  /** Certified accuracy against radius, in ascending order. */
  readonly curve: readonly { readonly eps: number; readonly certified: Proportion }[];
  readonly records: readonly SmoothedRecord[];
}

/** What is kept of an example. */
type Kept = Pick<SmoothedRecord, 'prediction' | 'radius' | 'votes'>;

/** Whether a result is one of smoothing. */
export const isSmoothed = (found: Attacked | Smoothed): found is Smoothed => 'smoothing' in found;

/** What is certified of one example, whose noise is its own by its index. */
async function certifyOne(
  model: AnyClassifier,
  x: Tensor,
  at: number,
  index: number,
  options: CertifySmoothedOptions,
): Promise<Kept> {
  const example = slice(x, at, 1);
  try {
    const { prediction, radius, votes } = await certifySmoothed(model, example, { ...options, indices: [index] });
    return { prediction: prediction[0], radius: radius[0], votes: votes[0] };
  } finally {
    example.dispose();
  }
}

/**
 * Certifies the classifier that noise makes of a model, one example after another; several threads share them.
 *
 * @param bench - Model, examples and threat.
 * @param request - What was asked for.
 * @param work - Noise and number of draws.
 * @param parts - What is done, progress and who is told.
 * @returns What is certified, and what it belongs to.
 * @throws InputError if the threat is not of l2.
 */
export async function smoothBench(
  bench: Bench,
  request: AttackRequest,
  { sigma, samples, alpha }: SmoothingWork,
  { done, onPart, onProgress, signal, share }: Parts & { readonly share: Share },
): Promise<Smoothed> {
  const { model, x, y, threat, indices, origin, data } = bench;
  const norm = threat.norm.name as NormName;
  if (norm !== 'l2') throw new InputError(`--certifier smoothing certifies in l2, got --norm ${norm}`);
  const noise = key('smoothing', request.seed);
  const of = workOf(bench, request);
  const job = `smoothing ${sigma}, ${samples} samples, alpha ${alpha} | ${noise.path}`;
  const count = x.shape[0];
  const isOurs = (part: KeptPart) => part.of === of && part.job === job && part.positions[0] < count;
  const before = done.filter(isOurs) as readonly EvaluationPart<Kept>[];
  const options = { sigma, samples, alpha, key: noise, signal };
  const labels = await y.data();
  const known = new Set(before.map(({ positions }) => positions[0]));
  const missing = Array.from({ length: count }, (_, at) => at).filter((at) => !known.has(at));
  const work = async (positions: readonly number[]) => {
    const [at] = positions;
    const own = await certifyOne(model, x, at, indices?.[at] ?? at, options);
    const part = { job, positions, outcomes: [own], warnings: [] };
    onPart({ of, ...part });
    return part;
  };
  const progress = (examples: number) => onProgress?.(count - missing.length + examples, count);
  const made = await share<Kept>({ job, positions: missing, batchSize: 1, work, onProgress: progress });
  const found: Kept[] = [];
  for (const { positions, outcomes } of [...before, ...made]) found[positions[0]] = outcomes[0];
  const shareOf = (holds: (own: Kept, at: number) => boolean) => clopperPearson(found.filter(holds).length, count);
  const isRight = ({ prediction }: Kept, at: number) => prediction === labels[at];
  const holdsAt = (eps: number) => (own: Kept, at: number) => isRight(own, at) && own.radius > eps;
  const verdictOf = (own: Kept, at: number) => {
    if (holdsAt(threat.eps)(own, at)) return 'certified' as const;
    return own.prediction === null || isRight(own, at) ? ('undecided' as const) : ('wrong' as const);
  };
  const radii = [...new Set([0, ...request.curve, threat.eps])].sort((a, b) => a - b);
  return {
    threat: describeThreat(threat),
    smoothing: `smoothing, sigma ${sigma}, ${samples} samples, alpha ${alpha}`,
    clean: shareOf(isRight),
    abstained: shareOf(({ prediction }) => prediction === null),
    curve: radii.map((eps) => ({ eps, certified: shareOf(holdsAt(eps)) })),
    records: found.map((own, at) => ({
      index: indices?.[at] ?? at,
      label: labels[at],
      ...own,
      verdict: verdictOf(own, at),
    })),
    warnings: [],
    request: { ...request, norm, eps: threat.eps, box: threat.box },
    model: origin,
    data: { ...data, examples: count },
  };
}
