import { InputError, type Optimizer, type Params } from '@advml/core';
import { nest, requireOptimizer, subtree } from '@advml/core/internal';
import { tidy } from '@tensorflow/tfjs-core';

/**
 * Transformations one after another: each takes the updates of the one before.
 *
 * The state holds the parts' states under their positions: `0.step`, `1.velocity.weight`.
 *
 * @param parts - At least one transformation, first the one that sees the gradients.
 * @returns An optimizer, which may itself be a part of another chain.
 * @throws InputError if there are no parts, or one is no optimizer.
 * @example
 * ```ts
 * const optimizer = chain(decayWeights(1e-4, { only: ['weight'] }), trace(0.9), descend(0.1));
 * ```
 * @see The library optax, whose `chain` this follows.
 */
export function chain(...parts: readonly Optimizer[]): Optimizer {
  if (parts.length === 0) throw new InputError('chain needs at least one part, got none; descend(0) changes nothing');
  for (const [at, part] of parts.entries()) requireOptimizer(`part ${at} of chain`, part);
  return Object.freeze<Optimizer>({
    init: (params) => join(parts.map((part) => part.init(params))),
    update: (gradients, state, params) =>
      tidy(() => {
        const states: Params[] = [];
        const updates = parts.reduce((given, part, at) => {
          const step = part.update(given, subtree(state, `${at}`), params);
          states.push(step.state);
          return step.updates;
        }, gradients);
        return { updates, state: join(states) };
      }),
  });
}

const join = (states: readonly Params[]): Params =>
  Object.assign({}, ...states.map((state, at) => nest(`${at}`, state)));
