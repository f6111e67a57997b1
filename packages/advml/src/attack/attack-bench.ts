import { type BatteryOptions, battery, fgm, noise, pgd } from '@advml/attacks';
import { type Battery, type Classifier, InputError, key, type LoopOptions } from '@advml/core';
import { cleanAccuracy, type EvaluateOptions, type Evaluation, type EvaluationPart, evaluate } from '@advml/metrics';
import type { Bench, Origin } from './bench.ts';
import { certifiersNamed } from './certifiers.ts';
import type { AttackRequest, NormName } from './request.ts';

/** What an attack came to, with all that it belongs to. */
export interface Attacked extends Evaluation {
  /** What was asked for, and the radius of the attack. */
  readonly request: AttackRequest & { readonly norm: NormName; readonly eps: number };
  readonly weights: Origin;
  readonly data: Origin & { readonly examples: number };
}

/** What is done before, and who is told of more. */
export interface Parts extends LoopOptions {
  readonly done: readonly EvaluationPart<unknown>[];
  readonly onPart: (part: EvaluationPart<unknown>) => void;
  readonly onNote: (note: string) => void;
}

/** How far below its record an accuracy may be without a word. */
const FAR = 0.05;

/** Examples attacked at a time: what a stop loses at most, of one attack. */
const SLICE = 64;

/** The named attacks; those of the standard battery with two weak ones to compare them with. */
export function members(name: string, options: BatteryOptions): Battery {
  const { steps = 40 } = options;
  if (name === 'quick') return [{ kind: 'white-box', attack: (threat) => pgd({ threat, steps, restarts: 3 }) }];
  if (name !== 'standard') throw new InputError(`--battery must be standard or quick, got '${name}'`);
  return [
    ...battery(name, options),
    { kind: 'one-step', attack: (threat) => fgm({ threat }) },
    { kind: 'noise', attack: (threat) => noise({ threat, draws: 10 }) },
  ];
}

/** A warning where the model does far worse on these examples than on those of its run. */
async function farBelow({ model, x, y, recorded }: Bench, parts: Parts): Promise<string | undefined> {
  if (!recorded) return undefined;
  const { value, high } = await cleanAccuracy(model, { x, y }, { signal: parts.signal });
  const { clean, folder } = recorded;
  if (high >= clean - FAR) return undefined;
  return `accuracy without an attack is ${value.toFixed(4)}, where the run in ${folder} measured ${clean.toFixed(4)}: are these examples of its kind? 'advml attack ${folder}' takes its own`;
}

/** What an evaluation takes for certificates; where there are proofs, nothing need be diagnosed. */
function certificatesOf({ certify }: AttackRequest, model: Classifier): Partial<EvaluateOptions> {
  return certify ? { certifiers: certifiersNamed(certify.certifier, certify, model), diagnosed: 0 } : {};
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
  const { model, x, y, threat, weights, data } = bench;
  const warning = await farBelow(bench, parts);
  if (warning) parts.onNote(`warning: ${warning}`);
  const { onNote, ...loop } = parts;
  const found = await evaluate(model, { x, y }, threat, members(request.battery, request.work), {
    key: key('attack', request.seed),
    eps: request.curve,
    eachCurve: true,
    batchSize: SLICE,
    ...certificatesOf(request, model),
    ...loop,
    done: parts.done as readonly EvaluationPart[], // those of other work have other jobs, and are ignored
  });
  return {
    ...found,
    warnings: [...(warning ? [warning] : []), ...found.warnings],
    request: { ...request, norm: threat.norm.name as NormName, eps: threat.eps, box: threat.box },
    weights,
    data: { ...data, examples: x.shape[0] },
  };
}
