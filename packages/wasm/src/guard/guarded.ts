import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelFunc, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelRecord } from '../kernel.ts';
import { failure } from '../memory.ts';
import type { Given } from './shape-check.ts';
import { shapeChecks } from './shapes.ts';
import { type Inputs, typeCheck } from './types.ts';

/**
 * A kernel that looks at types and shapes before it enters a module: neither module checks anything, so that a wrong type or
 * shape would read and write beyond the tensors, and after a trap nothing of the backend can be trusted.
 *
 * Where an input or the result is empty, the result is made without the module.
 *
 * @throws RangeError, when run, if types or shapes do not fit, or the memory is full.
 */
export function guarded({ kernelName, kernelFunc: run }: KernelRecord): KernelFunc {
  const kernelFunc: KernelFunc = (call) => {
    try {
      return run(call);
    } catch (error) {
      throw failure(kernelName, call.backend as BackendWasm, error);
    }
  };
  const checkTypes = typeCheck(kernelName);
  const checkShapes = shapeChecks[kernelName];
  if (checkShapes === undefined) {
    return (call) => {
      checkTypes(call.inputs as Inputs);
      return kernelFunc(call);
    };
  }
  return (call) => {
    const inputs = call.inputs as Inputs;
    checkTypes(inputs);
    const backend = call.backend as BackendWasm;
    const shape = checkShapes(inputs as Given, (call.attrs ?? {}) as NamedAttrMap, backend);
    const nothing = shape !== undefined && (shape.includes(0) || isAnyEmpty(inputs));
    return nothing ? zeros(backend, shape) : kernelFunc(call);
  };
}

function isAnyEmpty(inputs: Inputs): boolean {
  for (const name in inputs) if (inputs[name]?.shape.includes(0)) return true;
  return false;
}

function zeros(backend: BackendWasm, shape: readonly number[]): TensorInfo {
  const out = backend.makeOutput([...shape], 'float32');
  backend.typedArrayFromHeap(out).fill(0);
  return out;
}
