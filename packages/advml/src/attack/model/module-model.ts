import { type AnyClassifier, type Box, InputError } from '@advml/core';
import { described } from '@advml/core/internal';
import { loadModule } from '@advml/runs/disk';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { InputShape } from '../data/inputs.ts';
import type { OnNote } from '../data/raw-examples.ts';
import { afterStep } from './after-step.ts';
import type { LoadedModel } from './loaded-model.ts';

/** What a module may export beside its classifier. */
interface Exported {
  readonly default?: unknown;
  readonly preprocess?: unknown;
  readonly classes?: unknown;
  readonly box?: unknown;
  readonly inputShape?: unknown;
}

/** What importers leave on a classifier. */
type Told = AnyClassifier & { readonly inputShape?: InputShape; readonly notes?: readonly string[] };

const EXAMPLE =
  'as in "export default (x) => logits", a promise of that, or a function without parameters that makes it';

/** The classifier of a default export; a function that takes nothing makes it. */
async function classifierIn(path: string, exported: unknown): Promise<Told> {
  const own = await exported;
  const made = typeof own === 'function' && own.length === 0 ? await (own as () => unknown)() : own;
  if (typeof made === 'function') return made as Told;
  const { predict, apply } = Object(made) as Record<string, unknown>;
  const layers =
    predict && apply ? '; a tfjs model becomes one by fromLayersModel or fromGraphModel of @advml/models' : '';
  throw new InputError(`${path} must export a classifier, ${EXAMPLE}; it gives ${described(made)}${layers}`);
}

function boxIn(path: string, box: unknown): Box | undefined {
  if (box === undefined) return undefined;
  const { low, high } = Object(box) as Partial<Box>;
  if (typeof low === 'number' && typeof high === 'number' && low < high) return { low, high };
  throw new InputError(`box of ${path} must be { low, high }, such as { low: 0, high: 1 }, got ${described(box)}`);
}

function classesIn(path: string, classes: unknown): readonly string[] | undefined {
  if (classes === undefined) return undefined;
  if (Array.isArray(classes) && classes.every((name) => typeof name === 'string')) return classes;
  throw new InputError(
    `classes of ${path} must be an array of names, in the order of the logits, got ${described(classes)}`,
  );
}

function shapeIn(path: string, shape: unknown): InputShape | undefined {
  if (shape === undefined) return undefined;
  const isLength = (length: unknown) => length === null || (Number.isInteger(length) && (length as number) > 0);
  if (Array.isArray(shape) && shape.every(isLength)) return shape;
  throw new InputError(`inputShape of ${path} must be that of one input, such as [28, 28, 1], got ${described(shape)}`);
}

/** The classifier after a step of preprocessing, through which gradients flow. */
function preprocessed(path: string, model: AnyClassifier, preprocess: unknown): AnyClassifier {
  if (preprocess === undefined) return model;
  if (typeof preprocess !== 'function')
    throw new InputError(
      `preprocess of ${path} must be a function from inputs to inputs, got ${described(preprocess)}`,
    );
  return afterStep(preprocess as (x: Tensor) => Tensor, model);
}

/**
 * The model that a module exports: by default a classifier, a promise of one or a function that makes one; `preprocess`, `classes`,
 * `box` and `inputShape` beside it if it likes. The module is code of the user's own.
 *
 * @param path - The module.
 * @param onNote - Told what the classifier says of itself.
 * @returns The model.
 * @throws InputError that names the export that is missing or of another kind; what the module throws.
 */
export async function moduleModel(path: string, onNote: OnNote): Promise<LoadedModel<AnyClassifier>> {
  const { exported, digest } = await loadModule('model', path);
  const { default: own, preprocess, classes, box, inputShape } = exported as Exported;
  const model = await classifierIn(path, own);
  for (const note of model.notes ?? []) onNote(note);
  const ready = preprocessed(path, model, preprocess);
  return {
    origin: { path, sha256: digest },
    inputShape: shapeIn(path, inputShape) ?? (preprocess === undefined ? model.inputShape : undefined),
    classes: classesIn(path, classes),
    box: boxIn(path, box),
    on: () => ready,
  };
}
