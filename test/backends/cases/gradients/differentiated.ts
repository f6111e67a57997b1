import { addN, engine, mul, sum, type Tensor, zerosLike } from '@tensorflow/tfjs-core';
import { type BackendCase, numbers } from '../case.ts';

/** A function of tensors with inputs, and how it is differentiated. */
export interface Differentiated {
  readonly f: (...inputs: Tensor[]) => Tensor;
  /** Makes the inputs. */
  readonly at: () => Tensor[];
  /** Whether the gradients are differentiated again. Default: true. */
  readonly twice?: boolean;
  readonly limits?: BackendCase['limits'];
  readonly slack?: BackendCase['slack'];
}

/** Gradients in all inputs; zero where the value does not hang on one. */
function slopesOf(value: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]): Tensor[] {
  const { grads } = engine().gradients(() => value(...inputs), [...inputs], undefined, true);
  return inputs.map((input, at) => grads[at] ?? zerosLike(input));
}

/** A function by name: its value, the gradients of a weighted sum of it, and those of a weighted sum of the gradients. */
export function differentiated(name: string, { f, at, twice = true, ...rest }: Differentiated): BackendCase {
  const weighted = (y: Tensor, seed: number) => sum(mul(y, numbers(seed, y.shape)));
  const once = (...inputs: Tensor[]) => slopesOf((...x) => weighted(f(...x), 99), inputs);
  const again = (...inputs: Tensor[]) => addN(once(...inputs).map(weighted));
  return {
    name,
    run: () => {
      const inputs = at();
      return { value: f(...inputs), first: once(...inputs), second: twice ? slopesOf(again, inputs) : [] };
    },
    ...rest,
  };
}

/** Cases of one topic. */
export const all = (table: Readonly<Record<string, Differentiated>>): readonly BackendCase[] =>
  Object.entries(table).map(([name, each]) => differentiated(name, each));
