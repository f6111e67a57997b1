import { InputError, type Key } from '@advml/core';
import { denseStep, requireInteger, requireOptions } from '@advml/core/internal';
import { add, matMul, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { constant } from './constant.ts';
import { he, type Initial, initialNamed, requireInitial } from './initial.ts';
import type { Layer } from './layer.ts';

/** What {@link dense} takes. */
export interface DenseOptions {
  /** Number of neurons. */
  readonly neurons: number;
  /** Whether a bias is added. Default: true. */
  readonly bias?: boolean;
  /** How the weights start. Default: {@link he}. */
  readonly initial?: Initial;
}

/**
 * A fully connected layer.
 *
 * ```math
 * y = W x + b
 * ```
 *
 * Parameters are named and shaped as those of PyTorch's `nn.Linear`: `weight` [neurons, in] and `bias` [neurons], which
 * starts at zero.
 *
 * @param options - See {@link DenseOptions}.
 * @returns A frozen layer.
 * @throws InputError if `neurons` is not a positive integer; `outputShape` throws it if inputs are not flat.
 * @example
 * ```ts
 * const layer = dense({ neurons: 10, initial: lecun });
 * layer.outputShape([784]); // [10]
 * ```
 */
export function dense(options: DenseOptions): Layer {
  requireOptions<DenseOptions>('dense', options, { neurons: true, bias: true, initial: true });
  const { neurons, bias = true, initial = he } = options;
  requireInteger({ neurons }, 1);
  requireInitial(initial);
  return Object.freeze<Layer>({
    kind: 'dense',
    outputShape: (input) => {
      if (input.length !== 1)
        throw new InputError(
          `a dense layer takes flat inputs, got shape [${input.join(', ')}]; put flatten() before it`,
        );
      return [neurons];
    },
    parameters: ([width]) => {
      const shape = [neurons, width];
      const weight = { shape, init: (key: Key) => initial(key, shape) };
      return { weight, ...(bias && { bias: constant([neurons], 0) }) };
    },
    apply: (params, x) =>
      tidy(() => {
        const y = matMul(x as Tensor2D, params.weight as Tensor2D, false, true); // [batch, neurons]
        return bias ? add(y, params.bias) : y;
      }),
    describe: () => ({ kind: 'dense', neurons, bias, ...initialNamed(initial) }),
    steps: (params, [width]) => [
      {
        name: '',
        ...denseStep([neurons, width], () => params.weight as Tensor2D, bias ? () => params.bias : undefined),
      },
    ],
  });
}
