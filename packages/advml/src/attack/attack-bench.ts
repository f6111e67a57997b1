import { type BatteryOptions, battery, fgm, hopSkipJump, noise, pgd, sparsePgd, square } from '@advml/attacks';
import {
  type Attack,
  type Battery,
  type Classifier,
  InputError,
  key,
  type LoopOptions,
  type Threat,
} from '@advml/core';
import {
  type EvaluateOptions,
  type Evaluation,
  type EvaluationPart,
  evaluate,
  type SecondOpinion,
  type Share,
  secondOpinion,
} from '@advml/metrics';
import type { Bench } from './bench.ts';
import { certifiersNamed } from './certifiers.ts';
import { sayClean } from './clean.ts';
import type { Origin } from './data/raw-examples.ts';
import type { AttackRequest, NormName } from './request.ts';
import { workOf } from './work-of.ts';

/** The attack of one step: in l0, which FGM does not know, that of sparse PGD. */
const oneStep = (threat: Threat): Attack =>
  threat.norm.name === 'l0' ? sparsePgd({ threat, steps: 1 }) : fgm({ threat });

/** What an attack came to, with all that it belongs to. */
export interface Attacked extends Evaluation {
  /** What it comes to in plain words. */
  readonly opinion: SecondOpinion;
  /** What was asked for, and the radius of the attack. */
  readonly request: AttackRequest & { readonly norm: NormName; readonly eps: number };
  /** Where the model comes from, and what network it is where that is known. */
  readonly model: Origin & { readonly architecture?: string };
  readonly data: Origin & { readonly examples: number };
}

/** A part of the work, with what tells model and data from others. */
export interface KeptPart extends EvaluationPart<unknown> {
  readonly of: string;
}

/** What is done before, and who is told of more. */
export interface Parts extends LoopOptions {
  readonly done: readonly KeptPart[];
  readonly onPart: (part: KeptPart) => void;
  readonly onNote: (note: string) => void;
  /** Who does which examples, where several threads attack. Default: all are done here. */
  readonly share?: Share;
}

/** Examples attacked at a time: what a stop loses at most of one attack, in each thread. */
const SLICE = 64;

/** Attacks that see outputs, or only what the model decides: Square needs more than that. */
const blackBox = ({ queries = 5000 }: BatteryOptions, decides: boolean): Battery => [
  ...(decides
    ? []
    : [{ kind: 'black-box' as const, attack: (threat: Threat) => square({ threat, queries, rescale: false }) }]),
  { kind: 'black-box', attack: (threat) => hopSkipJump({ threat, queries }) },
  { kind: 'noise', attack: (threat) => noise({ threat, draws: 10 }) },
];

/** Refuses attacks and proofs that look into a model, where it only answers or decides. */
function requireInsight({ model, output, origin }: Bench, { battery: name, certify }: AttackRequest): void {
  if (!(output.later || model.decides) || (name === 'black-box' && !certify)) return;
  const how = output.later ? 'answers later' : 'tells classes only';
  const what = certify ? `--certifier ${certify.certifier} goes through` : `--battery ${name} follows the gradients of`;
  throw new InputError(
    `${origin.path} ${how} and shows nothing of the model, which ${what}: take 'advml attack' with --battery black-box, or the model itself, such as its ONNX file`,
  );
}

/** Which options say how hard the attacks of each name work. */
export const WORK_OF: Readonly<Record<string, readonly (keyof AttackRequest['work'])[]>> = {
  standard: ['steps', 'queries', 'targets'],
  quick: ['steps'],
  'black-box': ['queries'],
};

/** The named attacks, fewer where the model only decides; those of the standard battery with two weak ones to compare them with. */
export function members(name: string, options: BatteryOptions, decides = false): Battery {
  const { steps = 40 } = options;
  if (name === 'quick') return [{ kind: 'white-box', attack: (threat) => pgd({ threat, steps, restarts: 3 }) }];
  if (name === 'black-box') return blackBox(options, decides);
  if (name !== 'standard') throw new InputError(`--battery must be standard, quick or black-box, got '${name}'`);
  return [
    ...battery(name, options),
    { kind: 'one-step', attack: oneStep },
    { kind: 'noise', attack: (threat) => noise({ threat, draws: 10 }) },
  ];
}

/** What an evaluation takes for certificates; where there are proofs, nothing need be diagnosed. */
function certificatesOf({ certify }: AttackRequest, model: Bench['model']): Partial<EvaluateOptions> {
  return certify ? { certifiers: certifiersNamed(certify.certifier, certify, model as Classifier), diagnosed: 0 } : {};
}

/**
 * Attacks a model, certifies it if that was asked for, and says what came of it.
 *
 * @param bench - Model, examples and threat.
 * @param request - What was asked for.
 * @param parts - What is done, progress and who is told.
 * @returns The evaluation and what it belongs to.
 */
export async function attackBench(bench: Bench, request: AttackRequest, parts: Parts): Promise<Attacked> {
  const { model, x, y, threat, indices, origin, architecture, data } = bench;
  const { onNote, onPart, done, ...loop } = parts;
  requireInsight(bench, request);
  const warnings = await sayClean(bench, parts.signal, onNote);
  if (model.decides) onNote('the model tells classes only: Square, which needs scores or logits, is left out');
  const of = workOf(bench, request);
  const found = await evaluate(model, { x, y }, threat, members(request.battery, request.work, model.decides), {
    key: key('attack', request.seed),
    eps: request.curve,
    eachCurve: !request.survivors,
    survivors: request.survivors,
    batchSize: SLICE,
    indices,
    ...certificatesOf(request, model),
    ...loop,
    done: done.filter((part) => part.of === of) as readonly EvaluationPart[], // those of other work have other jobs, and are ignored
    onPart: (part) => onPart({ of, ...part }),
  });
  const evaluation = { ...found, warnings: [...warnings, ...found.warnings] };
  return {
    ...evaluation,
    opinion: secondOpinion(evaluation),
    request: { ...request, norm: threat.norm.name as NormName, eps: threat.eps, box: threat.box },
    model: { ...origin, ...(architecture !== undefined && { architecture }) },
    data: { ...data, examples: x.shape[0] },
  };
}
