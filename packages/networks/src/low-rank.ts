import { InputError, matrixShape, type Network, type NetworkDescription, normalTensor, type Params } from '@advml/core';
import { requireInteger, requireNetwork, requireOptions } from '@advml/core/internal';
import { zeros } from '@tensorflow/tfjs-core';
import { describedAround } from './described/described-around.ts';
import { factored, type UpdatedNetwork, type UpdateOptions, updatedWeights } from './factored.ts';

/** What {@link lowRank} takes. */
export interface LowRankOptions extends UpdateOptions {
  /** Largest rank r of every update, or of the update of each chosen weight by its name; at most the smaller side of the weight. */
  readonly rank: number | Readonly<Record<string, number>>;
}

/** Whether a description is of an update, or of what is made around one. */
const isUpdate = (description?: NetworkDescription): boolean =>
  description !== undefined &&
  (description.kind === 'low-rank' || isUpdate(description.network as NetworkDescription | undefined));

/**
 * A network that is trained by updates of low rank, as LoRA does: the weights it had stay, a product of two thin factors is added.
 *
 * ```math
 * W = W_0 + A B, \qquad A \in \mathbb R^{m \times r} = 0, \quad B \in \mathbb R^{r \times d} \sim N(0, 1/d) \text{ at the start}
 * ```
 *
 * Its parameters are, for each chosen weight, A as `NAME.left` and B as `NAME.right`, and under their own names those named by
 * `train` and the state of the network. Filters [out, in, height, width] count as the matrix [out, in height width]. The network
 * underneath sees the merged weights, so it runs on its own kernels; with A = 0 it is the network it was. Plain gradient descent
 * steps far in B once A is large: scale the factors' gradients against each other (`scaleFactors` of `@advml/optimizers`) or use
 * Adam.
 *
 * @param network - Any network.
 * @param base - Its parameters $`W_0`$, which the caller keeps alive as long as the network is used; never changed.
 * @param options - See {@link LowRankOptions}.
 * @returns A frozen network.
 * @throws InputError if a rank is not an integer from 1 to the smaller side of its weight, or for a weight without an update, or a name is
 * not a parameter's, or of one without a rank or of the network's state; when applied, if parameters do not fit.
 * @example
 * ```ts
 * const small = lowRank(network, w, { rank: 4, only: ['weight'] });
 * const trained = await fit({ ...phase, network: small, params: small.init(key('update', 0)) }); // fit from '@advml/training'
 * const wPrime = small.merge(trained.params); // parameters of `network`
 * ```
 * @see Hu, Shen, Wallis, Allen-Zhu, Li, Wang, Wang, Chen: LoRA: Low-Rank Adaptation of Large Language Models, 2021
 * (arXiv:2106.09685); its scale alpha / r is 1 here.
 */
export function lowRank(network: Network, base: Params, options: LowRankOptions): UpdatedNetwork {
  requireNetwork('lowRank', network);
  requireOptions<LowRankOptions>('lowRank', options, { rank: true, only: true, train: true });
  const { rank: given, only, train } = options;
  const byName = typeof given === 'object' && given !== null ? given : undefined;
  const names = updatedWeights(network, base, only);
  const needless = Object.keys(byName ?? {}).find((name) => !names.includes(name));
  if (needless !== undefined)
    throw new InputError(`rank names '${needless}', which gets no update; those are for ${names.join(', ')}`);
  const sides = names.map((name) => {
    const [rows, columns] = matrixShape(name, base[name].shape);
    const rank = byName ? byName[name] : (given as number);
    requireInteger({ [byName ? `rank of '${name}'` : 'rank']: rank }, 1);
    if (rank > Math.min(rows, columns))
      throw new InputError(
        `rank must be at most ${Math.min(rows, columns)}, the smaller side of '${name}', got ${rank}`,
      );
    return { name, rows, columns, rank };
  });
  const ranks = sides.map(({ rank }) => rank);
  return factored(
    network,
    base,
    { only, train },
    {
      name: `${network.name} + rank ${[...new Set(ranks)].join(', ')}`,
      describe: (weights, trained) =>
        isUpdate(network.describe?.())
          ? undefined // `networkOf` is given one base
          : describedAround('low-rank', network, {
              ...(typeof given === 'number' ? { rank: given } : { ranks }),
              only: [...weights],
              train: [...trained],
            }),
      shapes: Object.fromEntries(
        sides.flatMap(({ name, rows, columns, rank }) => [
          [`${name}.left`, { shape: [rows, rank] }],
          [`${name}.right`, { shape: [rank, columns] }],
        ]),
      ),
      init: (key) =>
        Object.fromEntries(
          sides.flatMap(({ name, rows, columns, rank }) => [
            [`${name}.left`, zeros([rows, rank])],
            [`${name}.right`, normalTensor(key.child(name), [rank, columns], Math.sqrt(1 / columns))],
          ]),
        ),
      right: (name, params) => params[`${name}.right`],
    },
  );
}
