import type { Accuracies } from '../../shared/accuracies.ts';

/** The last layer trained adversarially on the features of w, beside w and w'; runs of earlier versions have none. */
export type FrozenMeasures = Readonly<Record<'without' | 'frozen' | 'whole', Accuracies>> | undefined;
