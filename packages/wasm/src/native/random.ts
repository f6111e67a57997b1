import type { TensorInfo } from '@tensorflow/tfjs-core';
import { count, type KernelCall, kernel, pointer } from '../kernel.ts';
import type { NativeTopic } from './native-topic.ts';

/** Words of the keys, int32 [rows, 2]. */
interface Keys {
  readonly words: TensorInfo;
}

/** Shape of each key's numbers. */
interface Drawn {
  readonly shape: readonly number[];
}

/** Bytes for eight words. */
const TILE = 32;

/** Random numbers of `core` keys, one row for each key, to the bit as `Key.normal` and `Key.uniform` give them. */
export const random: NativeTopic = ({ exports }) => {
  /** The words of each key in the place of the numbers that will be made of them. */
  const draw = ({ inputs: { words }, attrs: { shape }, backend, make, scratch }: KernelCall<Keys, Drawn>) => {
    const [rows, width] = [words.shape[0], count(shape)];
    const out = make([rows, ...shape]);
    const numbers = pointer(backend, out);
    exports.keyWords(rows, width, pointer(backend, words), numbers, scratch(TILE));
    return { out, numbers, size: rows * width };
  };

  return [
    kernel<Keys, Drawn & { deviation: number }>('KeyNormal', (call) => {
      const { out, numbers, size } = draw(call);
      exports.normalFromWords(size, numbers, call.attrs.deviation, call.scratch(exports.normalBytes()));
      return out;
    }),

    kernel<Keys, Drawn & { low: number; high: number }>('KeyUniform', (call) => {
      const { low, high } = call.attrs;
      const { out, numbers, size } = draw(call);
      exports.uniformFromWords(size, numbers, low, high - low);
      return out;
    }),
  ];
};
