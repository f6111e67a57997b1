import type { Proportion } from '@advml/metrics';
import type { Accuracies } from '../../shared/accuracies.ts';

/** What is measured of one network. */
export interface NetworkMeasures extends Accuracies {
  /** Share of neurons that at least one of these examples switches on. */
  readonly alive: Proportion;
  /** Mean share of a neuron's square on the dense mixture; null where all weights are zero. */
  readonly mixture: number | null;
  /** Mean |cos| of a neuron with its initialization; null where all weights are zero. */
  readonly withInit: number | null;
}

/** What came of an ablation. */
export interface AblationResult {
  /** What is different. */
  readonly name: string;
  /** `trained`, or what went wrong. */
  readonly outcome: string;
  /** w, unless its training diverged. */
  readonly clean?: NetworkMeasures;
  /** w', if training came so far. */
  readonly robust?: NetworkMeasures;
  /** Share of neurons with cos(w, w') > 0.707. */
  readonly purified?: Proportion;
}
