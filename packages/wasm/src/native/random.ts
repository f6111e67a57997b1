import type { ExtraKernels } from '@advml/core/internal';
import { count, extraKernel, type KernelCall, pointer } from '../kernel.ts';
import type { NativeTopic } from './native-topic.ts';

type Keys = ExtraKernels['KeyNormal']['inputs'];
type Drawn = Pick<ExtraKernels['KeyNormal']['settings'], 'shape'>;

/** Bytes for eight words. */
const TILE = 32;

/** Random numbers of `core` keys, one row for each key, to the bit as `Key.normal` and `Key.uniform` give them. */
export const random: NativeTopic = ({ exports }) => {
  /** The words of each key in place of the numbers that will be made of them. */
  const draw = ({ inputs: { words }, attrs: { shape }, backend, make, scratch }: KernelCall<Keys, Drawn>) => {
    const [rows, width] = [words.shape[0], count(shape)];
    const out = make([rows, ...shape]);
    const numbers = pointer(backend, out);
    exports.keyWords(rows, width, pointer(backend, words), numbers, scratch(TILE));
    return { out, numbers, size: rows * width };
  };

  return [
    extraKernel('KeyNormal', (call) => {
      const { out, numbers, size } = draw(call);
      exports.normalFromWords(size, numbers, call.attrs.deviation, call.scratch(exports.normalBytes()));
      return out;
    }),

    extraKernel('KeyUniform', (call) => {
      const { low, high } = call.attrs;
      const { out, numbers, size } = draw(call);
      exports.uniformFromWords(size, numbers, low, high - low);
      return out;
    }),
  ];
};
