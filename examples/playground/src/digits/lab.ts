// The second tab without a page: two networks that read digits, and what an attack makes of a digit for each.
import { certifiedRadius, crown } from '@advml/certify';
import { ball, type Classifier, classifier, key, linf, paramsFromArrays } from '@advml/core';
import { decodeSafetensors } from '@advml/formats';
import { networkOf } from '@advml/networks';
import { dispose, tensor, tensor1d } from '@tensorflow/tfjs-core';
import { attackEachRadius, type EachRadius } from '../radii/attack-each-radius.ts';
import { LARGEST, SHAPE, type Way, ways } from './setting.ts';
import { box, splitDigits } from './split.ts';

/** A digit of those that no network has learned from. */
export interface Digit {
  /** What it is, 0 to 9. */
  readonly label: number;
  /** 8 x 8 numbers from 0 to 1. */
  readonly pixels: Float32Array;
}

/** What one network says. */
export interface Reading extends EachRadius {
  /** No attack within this radius succeeds: proved by CROWN, as a change of each pixel. */
  readonly certified: number;
}

/** What the page may ask for. */
export interface DigitsLab {
  /** A held-out digit by its number. */
  digit(index: number): Digit;
  /** Attacks both networks on a digit. */
  attack(digit: Digit): Promise<Readonly<Record<Way, Reading>>>;
}

/** The two networks from their files. */
export function openDigits(files: Readonly<Record<Way, Uint8Array>>): DigitsLab {
  const { validation } = splitDigits();
  const models = Object.fromEntries(ways.map((way) => [way, readModel(files[way])])) as Record<Way, Classifier>;
  return {
    digit(index) {
      const { x, y } = validation.take([index]);
      const digit = { label: y.dataSync()[0], pixels: x.dataSync().slice() as Float32Array };
      dispose([x, y]);
      return digit;
    },
    async attack(digit) {
      const readings = [];
      for (const way of ways) readings.push([way, await read(models[way], digit)]);
      return Object.fromEntries(readings);
    },
  };
}

/** A file of weights says which network they belong to. */
function readModel(file: Uint8Array): Classifier {
  const { tensors, metadata } = decodeSafetensors(file);
  return classifier(networkOf(metadata, { weights: tensors }), paramsFromArrays(tensors));
}

async function read(model: Classifier, { pixels, label }: Digit): Promise<Reading> {
  const threat = ball(linf, LARGEST, box);
  const found = attackEachRadius(model, { pixels, shape: SHAPE, label }, threat, key('playground digits', 1));
  const [x, y] = [tensor(pixels, [1, ...SHAPE]), tensor1d([label])];
  const certifier = (within: typeof threat) => crown({ threat: within });
  const [certified] = await certifiedRadius(model, x, y, { threat, certifier, rounds: 7 });
  dispose([x, y]);
  return { ...found, certified };
}
