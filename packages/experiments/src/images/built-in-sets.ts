import { key } from '@advml/core';
import { balancedSplit, colourImages, modelExamples } from '@advml/data';
import { digits } from '@advml/data/digits';
import { type LabelledImages, numbered } from './image-sets.ts';

/** Digits of each class that are held out to judge by. */
const HELD_OUT = 30;

/** Images of the colour set, to train on and to judge by. */
const COLOUR = { train: 20000, test: 4000 };

/** Image sets that need no files, by their names. */
export const builtInSets = {
  digits: (): LabelledImages => {
    const { train, validation } = balancedSplit(digits(), HELD_OUT, key('digits', 0));
    return { train, test: validation, classes: 10, names: numbered(10) };
  },
  colour: (): LabelledImages => {
    const root = key('colour', 0);
    const model = colourImages({ key: root.child('features') });
    const set = (part: keyof typeof COLOUR) => modelExamples(model, root.child(part), COLOUR[part]);
    return { train: set('train'), test: set('test'), classes: model.classes, names: numbered(model.classes) };
  },
};

/** A set that needs no files. */
export type BuiltIn = keyof typeof builtInSets;

/**
 * Whether a set needs no files.
 *
 * @param set - Its name.
 * @returns The answer.
 */
export const isBuiltIn = (set: string): set is BuiltIn => Object.hasOwn(builtInSets, set);
