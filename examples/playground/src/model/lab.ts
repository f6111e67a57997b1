// The third tab without a page: a visitor's own model, and an image attacked for it.
import { ball, key, l2, linf } from '@advml/core';
import { digits } from '@advml/data/digits';
import type { ImportedClassifier } from '@advml/models';
import { image, type Tensor, type Tensor4D, tensor, tidy, tile, zeros } from '@tensorflow/tfjs-core';
import { attackEachRadius, type EachRadius } from '../radii/attack-each-radius.ts';
import { probabilitiesOf } from '../radii/probabilities.ts';
import { type ModelFile, readModel } from './read-model.ts';
import { type ModelSetting, norms, ranges } from './setting.ts';

/** What there is to know of a model. */
export interface Facts {
  /** Height, width and channels of the images that it takes. */
  readonly shape: readonly [height: number, width: number, channels: number];
  /** How many classes it knows. */
  readonly classes: number;
  /** What was changed or assumed on reading. */
  readonly notes: readonly string[];
}

/** What an attack made of an image. */
export interface AttackedImage {
  /** What the attacker might do. */
  readonly of: ModelSetting;
  /** The class of the image itself, which the attack tries to change. */
  readonly label: number;
  /** Images have the pixels 0 to 1 here, whatever the model takes; radii are shares of the range. */
  readonly found: EachRadius;
}

/** What the page may ask for. */
export interface ModelLab {
  /** Reads a model, in place of the one before. */
  open(files: readonly ModelFile[]): Promise<Facts>;
  /** A built-in digit in the size of the model's images, pixels 0 to 1. */
  builtIn(index: number): Float32Array;
  /** Attacks an image with pixels 0 to 1. */
  attack(pixels: Float32Array, setting: ModelSetting): AttackedImage;
}

/** The side of images of a model that takes any. */
const ANY = 32;

/** Height, width and channels of what a model takes; a square number of inputs is taken for a grey image. */
function imageShape(inputShape: readonly (number | null)[]): Facts['shape'] {
  const [height, width, channels] = inputShape.map((length) => length ?? ANY);
  const side = Math.sqrt(height);
  if (inputShape.length === 1 && Number.isInteger(side)) return [side, side, 1];
  if (inputShape.length === 3 && (channels === 1 || channels === 3)) return [height, width, channels];
  throw new Error(
    `This page attacks models of images, [height, width, 1 or 3]; the inputs of this one have the shape [${inputShape.join(', ')}].`,
  );
}

/** A model, and how images go into it. */
interface Opened extends Facts {
  readonly model: ImportedClassifier;
  readonly inputShape: readonly number[];
  dispose(): void;
}

async function opened(files: readonly ModelFile[]): Promise<Opened> {
  const { classifier: model, dispose } = await readModel(files);
  try {
    const shape = imageShape(model.inputShape);
    const inputShape = model.inputShape.length === 1 ? [shape[0] * shape[1]] : shape;
    const [, classes] = tidy(() => probabilitiesOf(model(zeros([1, ...inputShape]))).shape);
    return { model, shape, inputShape, classes, notes: model.notes, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** A place for one model, which tells what share of an attack is done. */
export function modelLab(tell?: (share: number) => void): ModelLab {
  let now: Opened | undefined;
  const current = () => {
    if (!now) throw new Error('There is no model yet: give its files first.');
    return now;
  };
  return {
    async open(files) {
      const next = await opened(files);
      now?.dispose();
      now = next;
      return { shape: next.shape, classes: next.classes, notes: next.notes };
    },
    builtIn: (index) => stretched(index, current().shape),
    attack(pixels, of) {
      const { range, norm } = of;
      const { model, inputShape } = current();
      const { low, high } = ranges[range];
      const inRange = pixels.map((pixel) => low + (high - low) * pixel);
      const label = answerOf(model, tensor(inRange, [1, ...inputShape]));
      const threat = ball({ l2, linf }[norm], (high - low) * norms[norm].largest, { low, high });
      const found = attackEachRadius(
        model,
        { pixels: inRange, shape: inputShape, label },
        threat,
        key('playground model', 0),
        tell,
      );
      const images = found.images.map((value) => (value - low) / (high - low));
      const radii = found.radii.map((radius) => radius / (high - low));
      return { of, label: Math.max(0, label), found: { ...found, radii, images } };
    },
  };
}

/** The label that a model gives: a class index, or -1 or +1 if it gives scores. Disposes the input. */
function answerOf(model: ImportedClassifier, x: Tensor): number {
  const output = tidy(() => model(x));
  const values = output.dataSync();
  const answer = output.rank === 1 ? Math.sign(values[0]) || 1 : values.indexOf(Math.max(...values));
  x.dispose();
  output.dispose();
  return answer;
}

function stretched(index: number, [height, width, channels]: Facts['shape']): Float32Array {
  const { x, y } = digits().take([index]);
  const sized = tidy(() => tile(image.resizeBilinear(x as Tensor4D, [height, width]), [1, 1, 1, channels]));
  const pixels = sized.dataSync().slice() as Float32Array;
  for (const made of [x, y, sized]) made.dispose();
  return pixels;
}
