import { engine, type Tensor } from '@tensorflow/tfjs-core';

/** One run of a kernel, as tfjs records it to differentiate it later. */
interface TapeNode {
  readonly inputs: Readonly<Record<string, Tensor | undefined>>;
  readonly outputs: readonly Tensor[];
}

type CustomFunction = (...args: unknown[]) => { readonly value: Tensor };

/** What the types of tfjs's engine leave out. */
interface Tape {
  readonly state: { readonly activeTape: TapeNode[]; readonly activeScope?: { readonly name: string } };
  addTapeNode(
    kernelName: string,
    inputs: TapeNode['inputs'],
    outputs: Tensor[],
    gradient: unknown,
    saved: Tensor[],
    attrs: object,
  ): void;
  getTensorsForGradient(kernelName: string, inputs: object, outputs: Tensor[]): (Tensor | undefined)[];
  customGrad(f: CustomFunction): (...inputs: Tensor[]) => Tensor;
}

/** Functions of tfjs whose own gradients are wrong at second order or refuse dilations: their kernels' are right. */
const composed = new Set([
  'fusedMatMul__op',
  'fusedConv2d__op',
  'fusedDepthwiseConv2d__op',
  'logSigmoid__op',
  'softmaxCrossEntropy__op',
]);

/**
 * Mends how tfjs records what is to be differentiated.
 *
 * - An output that is kept for a gradient comes after the run that made it. tfjs records it before, and so loses the
 *   way by which a gradient of the gradient goes through it: without an error, a part of it is missing.
 * - Inputs that a kernel may do without, and here does, are left out, and no longer a TypeError.
 * - Those functions of tfjs that bring a gradient of their own, but not a right one, are differentiated kernel by kernel.
 */
export function mendTape() {
  const tape = engine() as unknown as Tape;
  const { addTapeNode, getTensorsForGradient, customGrad } = Object.getPrototypeOf(tape) as Tape;
  tape.addTapeNode = (kernelName, inputs, outputs, gradient, saved, attrs) => {
    addTapeNode.call(tape, kernelName, present(inputs), outputs, gradient, saved, attrs);
    putCopiesLast(tape.state.activeTape, outputs, saved);
  };
  tape.getTensorsForGradient = (...run) => getTensorsForGradient.apply(tape, run).filter((kept) => kept != null);
  tape.customGrad = (f) => {
    if (!composed.has(tape.state.activeScope?.name ?? '')) return customGrad.call(tape, f);
    return (...inputs) => f(...inputs, () => undefined).value;
  };
}

function present(inputs: TapeNode['inputs']): TapeNode['inputs'] {
  const entries = Object.entries(inputs);
  if (entries.every(([, input]) => input != null)) return inputs;
  return Object.fromEntries(entries.filter(([, input]) => input != null));
}

/** Moves the copies of outputs, which are among `saved`, behind the last run on the tape, which made the outputs. */
function putCopiesLast(tape: TapeNode[], outputs: readonly Tensor[], saved: readonly Tensor[]) {
  const made = new Set(outputs);
  const missing = new Set(saved);
  let first = tape.length - 1;
  while (missing.size > 0 && first > 0) for (const output of tape[--first].outputs) missing.delete(output);
  const kept = new Set(saved);
  const isCopy = ({ inputs, outputs: [copy] }: TapeNode) => made.has(inputs.x as Tensor) && kept.has(copy);
  const recent = tape.splice(first);
  tape.push(...recent.filter((node) => !isCopy(node)), ...recent.filter(isCopy));
}
