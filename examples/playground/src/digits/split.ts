import { key } from '@advml/core';
import { balancedSplit } from '@advml/data';
import { digits } from '@advml/data/digits';

/** Pixels lie between black and white. */
export const box = { low: 0, high: 1 };

/** 1,497 digits to learn from, and 300 to be judged by. */
export const splitDigits = () => balancedSplit(digits(), 30, key('playground digits', 0).child('split'));
