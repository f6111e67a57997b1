import { type Attack, type Classifier, classifier, InputError } from '@advml/core';
import { type OptionNames, requireAttack, requireOptions } from '@advml/core/internal';
import { inTraining, requireExamples } from './differentiate.ts';
import type { ObjectiveContext } from './objective.ts';

/** How an objective looks for its worst inputs. */
export interface InnerAttackOptions {
  /** Finds the perturbed inputs; it gets the child `attack` of the step's key and sees the parameters held fast. */
  readonly attack: Attack;
  /**
   * Mode of the network under the attack. Default: `evaluation`, as in the published code of TRADES, MART and AWP with
   * TRADES. In `training` mode, as in that of Fast and Free, it sees the draws and the batch statistics of the step's own pass.
   */
  readonly attackMode?: 'evaluation' | 'training';
}

/** Names of {@link InnerAttackOptions}. */
const INNER_ATTACK: OptionNames<InnerAttackOptions> = { attack: true, attackMode: true };

/**
 * Refuses options of an objective that has an inner attack: unknown names, no attack, a mode that there is not.
 *
 * @param owner - The objective, as its user calls it.
 * @param options - What the user gave.
 * @param others - Names of its other options.
 * @throws InputError that names the value and the way out.
 */
export function requireInnerAttack<Options extends InnerAttackOptions>(
  owner: string,
  options: Options,
  others: OptionNames<Omit<Options, keyof InnerAttackOptions>>,
): void {
  requireOptions<Options>(owner, options, { ...INNER_ATTACK, ...others } as OptionNames<Options>);
  const { attack, attackMode = 'evaluation' } = options;
  requireAttack(owner, attack);
  if (attackMode !== 'evaluation' && attackMode !== 'training')
    throw new InputError(`attackMode must be 'evaluation' or 'training', got ${String(attackMode)}`);
}

/**
 * The model that an inner attack sees.
 *
 * @param context - The step.
 * @param attackMode - Mode of the network.
 * @returns A classifier.
 */
export function underAttack(
  context: ObjectiveContext,
  attackMode: InnerAttackOptions['attackMode'] = 'evaluation',
): Classifier {
  return attackMode === 'training' ? inTraining(context) : classifier(context.network, context.params);
}

/**
 * The worst inputs that an attack on the labels finds.
 *
 * @param context - The step; its batch is attacked.
 * @param options - See {@link InnerAttackOptions}.
 * @returns Inputs [batch, ...], owned by the caller.
 * @throws InputError if an input is outside the attack's box.
 */
export function attackLabels(context: ObjectiveContext, { attack, attackMode }: InnerAttackOptions) {
  const { batch, key } = context;
  requireExamples(context, attack.threat);
  return attack.perturb(underAttack(context, attackMode), batch.x, batch.y, { key: key.child('attack') });
}
