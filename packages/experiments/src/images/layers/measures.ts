import type { Summary } from '@advml/core';
import type { Proportion } from '@advml/metrics';
import type { MeanWithInterval } from '../../shared/mean-of.ts';

/**
 * What adversarial training made of the neurons, or filters, of one layer: but for cosines with w0, of those that count
 * (`neuronsThatCount`).
 */
export interface LayerMeasures {
  /** Name of the weight, such as `conv1.weight`. */
  readonly name: string;
  /** Neurons, or filters. */
  readonly neurons: number;
  /** Inputs of each. */
  readonly inputs: number;
  /** cos(w, w'). */
  readonly cosine: Summary;
  /** Share of neurons with cos(w, w') > 0.707. */
  readonly purified: Proportion;
  /** The same share of all neurons; those that are zero count as below. */
  readonly purifiedOfAll: Proportion;
  /** Median beta of w = beta w' + v. */
  readonly beta: number;
  /** Median |v| / |beta w'|. */
  readonly ratio: number;
  /** Median cosine of what the trainings added: of w - w0 and w' - w0. */
  readonly added: number;
  /** Mean |cos| with w0, of w and of w', and what random vectors give. */
  readonly withInit: {
    readonly clean: MeanWithInterval;
    readonly robust: MeanWithInterval;
    readonly random: number;
  };
  /** The control's w' in place of w', where there is one. */
  readonly control?: {
    /** Median cosine with its neuron of the same place. */
    readonly cosine: number;
    /** Cosine with the nearest of all its neurons. */
    readonly nearest: Summary;
    /** By how much a neuron's cosine with its own w' is larger than that: the median, from -2 to 2, and its interval. */
    readonly nearer: { readonly median: number; readonly low: number; readonly high: number };
    /** Share of neurons with a cosine above 0.707 to some neuron of it. */
    readonly purified: Proportion;
  };
  /** cos(w, w') of each of them. */
  readonly cosines: readonly number[];
}

/** The layers after adversarial training in one norm. */
export interface NormLayers {
  /** The norm. */
  readonly norm: string;
  /** The layers, from the input on. */
  readonly layers: readonly LayerMeasures[];
}

/** What claims C4, C5 and C14 look at: one entry a norm, the first of the setting first. */
export type LayersMeasures = readonly NormLayers[];

/**
 * Whether adversarial training changed a layer at all: where w' is w, all of w is kept, and nothing is purified.
 *
 * @param layer - The layer.
 * @returns Whether v is at least a tenth of beta w' in the median.
 */
export const hasChanged = ({ ratio }: LayerMeasures): boolean => ratio >= 0.1;
