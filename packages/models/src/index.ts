/**
 * Models from elsewhere as differentiable classifiers.
 *
 * @packageDocumentation
 */

// What every importer gives
export type { ImportedClassifier } from './imported-classifier.ts';
// ONNX
export { type FromOnnxOptions, fromOnnx } from './onnx/from-onnx.ts';
export type { ImageLayout } from './onnx/input.ts';
