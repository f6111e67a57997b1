import { backend_util, type EinsumAttrs, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import { count, type KernelCall, type KernelTopic, kernel } from '../kernel.ts';

type Call = KernelCall<readonly TensorInfo[], EinsumAttrs>;

/** A tensor and, for each of its axes, which letter of the equation names it: those of the result come first. */
interface Operand {
  readonly info: TensorInfo;
  readonly letters: readonly number[];
}

/**
 * Sums of products by equation, which the backend lacks: a product of stacks of matrices where something is summed and
 * something is not, else entry by entry.
 */
export const einsum: KernelTopic = () => [
  kernel<readonly TensorInfo[], EinsumAttrs>('Einsum', (call) => {
    const given = Object.values(call.inputs);
    const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(call.attrs.equation, given.length);
    backend_util.checkEinsumDimSizes(allDims.length, idDims, given as Tensor[]);
    const kept = allDims.length - summedDims.length;
    const dtype = given.every((each) => each.dtype === given[0].dtype) ? given[0].dtype : 'float32';
    const operands = given.map((each, at) => ({ info: call.run('Cast', { x: each }, { dtype }), letters: idDims[at] }));
    if (operands.length === 1)
      return ordered(
        call,
        sumOver(call, operands[0], (letter) => letter >= kept),
      ).info;
    const [a, b] = operands.map((operand, at) => {
      const other = operands[1 - at].letters;
      return sumOver(call, operand, (letter) => letter >= kept && !other.includes(letter));
    });
    const summed = a.letters.some((letter) => letter >= kept);
    const free = a.letters.length !== b.letters.length || a.letters.some((letter) => !b.letters.includes(letter));
    const result =
      dtype === 'float32' && summed && free ? asMatrices(call, a, b, kept) : entryByEntry(call, a, b, kept);
    return ordered(call, result).info;
  }),
];

/** Sums over the axes whose letter is chosen. */
function sumOver(call: Call, { info, letters }: Operand, chosen: (letter: number) => boolean): Operand {
  const axis = [...letters.keys()].filter((at) => chosen(letters[at]));
  if (axis.length === 0) return { info, letters };
  return {
    info: call.run('Sum', { x: info }, { axis, keepDims: false }),
    letters: letters.filter((letter) => !chosen(letter)),
  };
}

/** With the axes in the order of `order`. */
function arranged(call: Call, { info, letters }: Operand, order: readonly number[]): TensorInfo {
  return call.run('Transpose', { x: info }, { perm: order.map((letter) => letters.indexOf(letter)) });
}

function ordered(call: Call, operand: Operand): Operand {
  const letters = [...operand.letters].sort((a, b) => a - b);
  return { info: arranged(call, operand, letters), letters };
}

function lengths(...operands: readonly Operand[]): Map<number, number> {
  return new Map(operands.flatMap(({ info, letters }) => letters.map((letter, at) => [letter, info.shape[at]])));
}

/** [shared, own of a, summed] times [shared, summed, own of b]. */
function asMatrices(call: Call, a: Operand, b: Operand, kept: number): Operand {
  const both = a.letters.filter((letter) => b.letters.includes(letter));
  const shared = both.filter((letter) => letter < kept);
  const summed = both.filter((letter) => letter >= kept);
  const ownOfA = a.letters.filter((letter) => !both.includes(letter));
  const ownOfB = b.letters.filter((letter) => !both.includes(letter));
  const length = lengths(a, b);
  const size = (letters: readonly number[]) => count(letters.map((letter) => length.get(letter) as number));
  const stack = (operand: Operand, ...groups: readonly (readonly number[])[]) =>
    call.run('Reshape', { x: arranged(call, operand, groups.flat()) }, { shape: groups.map(size) });
  const product = call.run(
    'BatchMatMul',
    { a: stack(a, shared, ownOfA, summed), b: stack(b, shared, summed, ownOfB) },
    { transposeA: false, transposeB: false },
  );
  const letters = [...shared, ...ownOfA, ...ownOfB];
  const shape = letters.map((letter) => length.get(letter));
  return { info: call.run('Reshape', { x: product }, { shape }), letters };
}

/** Every product of two entries, then their sums. */
function entryByEntry(call: Call, a: Operand, b: Operand, kept: number): Operand {
  const length = lengths(a, b);
  const letters = [...length.keys()].sort((one, other) => one - other);
  const [left, right] = [a, b].map((operand) => {
    const x = ordered(call, operand);
    const shape = letters.map((letter) => (x.letters.includes(letter) ? length.get(letter) : 1));
    return call.run('Reshape', { x: x.info }, { shape });
  });
  const info = call.run('Multiply', { a: left, b: right });
  return sumOver(call, { info, letters }, (letter) => letter >= kept);
}
