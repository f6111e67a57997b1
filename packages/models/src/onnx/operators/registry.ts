import type { Operator } from '../graph/operator.ts';
import { activations } from './activations.ts';
import { arithmetic } from './arithmetic.ts';
import { constants } from './constants.ts';
import { convolutions } from './convolution.ts';
import { logic } from './logic.ts';
import { normalizations } from './normalization.ts';
import { parts } from './parts.ts';
import { pooling } from './pooling.ts';
import { products } from './products.ts';
import { recurrent } from './recurrent.ts';
import { reductions } from './reductions.ts';
import { resizing } from './resize.ts';
import { shapes } from './shapes.ts';

/** All operators by their names in ONNX. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [
    activations,
    arithmetic,
    constants,
    convolutions,
    logic,
    normalizations,
    parts,
    pooling,
    products,
    recurrent,
    reductions,
    resizing,
    shapes,
  ].flatMap((group) => Object.entries(group)),
);
