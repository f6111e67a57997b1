import type { _FusedMatMulAttrs, _FusedMatMulInputs, BatchMatMulAttrs } from '@tensorflow/tfjs-core';
import { activate, isRow } from '../composed/activate.ts';
import { type Factors, productShape } from '../composed/product-shape.ts';
import { count, kernel } from '../kernel.ts';
import { multiply } from './multiply.ts';
import type { NativeTopic } from './native-topic.ts';

/**
 * Matrix products by the native module.
 *
 * Without fused multiply-add it is slower than XNNPACK, which then keeps all products with a single right factor.
 */
export const products: NativeTopic = (native, composed) => {
  const [composedProduct, composedFused] = [composed('BatchMatMul'), composed('_FusedMatMul')];
  const better = ({ a, b }: Factors) =>
    a.dtype === 'float32' && b.dtype === 'float32' && (native.relaxed || count(b.shape.slice(0, -2)) > 1);

  return [
    kernel<Factors, BatchMatMulAttrs>('BatchMatMul', (call) => {
      const { inputs, attrs, run } = call;
      return better(inputs) ? multiply(call, native, inputs, attrs) : run(composedProduct, inputs, attrs);
    }),

    kernel<_FusedMatMulInputs, _FusedMatMulAttrs>('_FusedMatMul', (call) => {
      const { inputs, attrs, run } = call;
      if (!better(inputs)) return run(composedFused, inputs, attrs);
      const { bias, preluActivationWeights } = inputs;
      const { n } = productShape(inputs, attrs);
      const row = bias != null && isRow(bias, n);
      const product = multiply(call, native, inputs, attrs, row ? bias : undefined);
      const sum = bias == null || row ? product : run('Add', { a: product, b: bias });
      return activate(call, sum, attrs, preluActivationWeights);
    }),
  ];
};
