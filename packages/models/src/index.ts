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

// Models of TensorFlow.js
export { isGraph, tfjsArtifacts } from './tfjs/artifacts.ts';
export { type FromGraphModelOptions, fromGraphModel } from './tfjs/from-graph-model.ts';
export { type FromLayersModelOptions, fromLayersModel } from './tfjs/from-layers-model.ts';
export type { GraphModelEnd, GraphModelLike } from './tfjs/graph-model.ts';
export type { LayersModelEnd, LayersModelLike } from './tfjs/layers-model.ts';

// Models that answer later
export { type AskableModel, type AskedClassifier, asked } from './later/asked.ts';
export type { AskedOptions, KeptAnswer } from './later/asked-options.ts';
export { decisions } from './later/decisions.ts';
