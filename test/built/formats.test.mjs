// What is written is read back, and damage is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeSafetensors, encodeSafetensors, FormatError } from '@advml/formats';

const weight = { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, -0.5, 0, 3) };

test('safetensors come back as they were', () => {
  const { tensors, metadata } = decodeSafetensors(encodeSafetensors({ weight }, { format: 'pt' }));
  assert.deepEqual(tensors.weight, weight);
  assert.equal(metadata.format, 'pt');
});

test('a truncated file is refused', () => {
  const bytes = encodeSafetensors({ weight }, {});
  assert.throws(() => decodeSafetensors(bytes.subarray(0, bytes.length - 3)), FormatError);
});
