/**
 * Models from elsewhere as differentiable classifiers.
 *
 * @packageDocumentation
 */

// What every importer gives
export type { ImportedClassifier } from './imported-classifier.ts';
