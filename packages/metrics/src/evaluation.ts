import type { AttackKind } from '@advml/core';
import type { Proportion } from './clopper-pearson.ts';
import type { MaskingSign, MaskingWarning } from './masking.ts';

/** How a model fared under one attack of a battery. */
export interface AttackSummary {
  /** The attack with its settings. */
  readonly attack: string;
  /** What it may look at. */
  readonly kind: AttackKind;
  /** Share of all examples on which the label wins with and without this attack; with `survivors`, after those before it too. */
  readonly accuracy: Proportion;
  /** Number of examples that no other attack of the battery broke. */
  readonly alone: number;
  /** Gradient evaluations, over all examples. */
  readonly gradients: number;
  /** Forward passes beside them, over all examples, as far as the attack counts them. */
  readonly queries: number;
  /** Number of examples whose gradient was zero at some step. */
  readonly zeroGradients: number;
  /** Accuracy under this attack alone against radius; empty unless the evaluation traced the curve of each attack. */
  readonly curve: readonly EvaluationPoint[];
}

/** How one example fared under all attacks: plain data, such as one line of a file. */
export interface ExampleRecord {
  /** Its index in the data set. */
  readonly index: number;
  /** Whether the label wins without attack. */
  readonly correct: boolean;
  /** Whether the label wins under every attack too. */
  readonly robust: boolean;
  /**
   * The attack, or the certifier on its way, that broke it with the smallest perturbation, at any radius tried; null where none did or
   * it was wrong already.
   */
  readonly attack: string | null;
  /** Size of that perturbation in the threat's norm; 0 where it was wrong already, null where none broke it. */
  readonly distance: number | null;
  /**
   * Gradient evaluations of that attack on it in the run that gave that perturbation; null where `attack` is, or is a certifier. For an attack that
   * stops at its first success, as those that raise a loss do, it says when that was: 1 if the start was a success, one
   * more after each step but the last of all, counted on over restarts and target classes. Any other attack went on to its end.
   */
  readonly attackGradients: number | null;
  /** Forward passes of that run beside them, as far as the attack counts them; for one that stops at its first success, the number of that query. */
  readonly attackQueries: number | null;
  /**
   * Size of the smallest perturbation with which each attack of the battery broke it, in the battery's order, at any radius at which
   * that attack was tried on it; null where it did not, or the example was wrong already.
   */
  readonly distances: readonly (number | null)[];
  /** Largest margin loss under any attack, in output units: positive where the label loses. */
  readonly loss: number;
  /** Gradient evaluations spent on it. */
  readonly gradients: number;
  /** Forward passes spent on it beside them. */
  readonly queries: number;
  /**
   * What is known of it at the threat's radius: proved to be right under every perturbation, broken (or wrong already), or neither.
   * Default: none; only evaluations with certifiers have it.
   */
  readonly verdict?: 'certified' | 'broken' | 'undecided';
  /** Best lower bound of its margin at the threat's radius, in output units; null where nothing is known. */
  readonly bound?: number | null;
  /** Largest radius of those tried at which it is certified, a lower bound of its distance to an error; null where there is none. */
  readonly certifiedRadius?: number | null;
}

/** Accuracy at one radius. */
export interface EvaluationPoint {
  /** Radius in input units. */
  readonly eps: number;
  /** Share of examples that no perturbation found is known to break at this radius. */
  readonly accuracy: Proportion;
  /** Share of examples that are proved to be right under every perturbation of this radius. Default: none without certifiers. */
  readonly certified?: Proportion;
  /** Robust accuracy itself on these examples, where each is certified or broken at this radius; null where some are neither. */
  readonly exact?: Proportion | null;
}

/** What certifiers say of a model at the threat's radius. */
export interface CertifiedAccuracy {
  /** Share of examples that some certifier proves right under every perturbation: a lower estimate of robust accuracy. */
  readonly accuracy: Proportion;
  /** Robust accuracy itself on these examples, where none is undecided; else null. */
  readonly exact: Proportion | null;
  /** Share of examples that are neither certified nor broken: the gap between certified and attacked accuracy. */
  readonly undecided: Proportion;
  /** One entry a certifier, in their order: its name with its settings, and the share that it certifies by itself. */
  readonly certifiers: readonly {
    /** What it is called. */
    readonly certifier: string;
    /** The share that it certifies. */
    readonly accuracy: Proportion;
  }[];
}

/** What an evaluation took. */
export interface EvaluationCost {
  /** Gradient evaluations, each of one example. */
  readonly gradients: number;
  /** Forward passes beside them, each of one example, as far as attacks count them. */
  readonly queries: number;
}

/** What a battery says of a model: plain data, which may be written as JSON. */
export interface Evaluation {
  /** The threat in words. */
  readonly threat: string;
  /** Its radius in input units. */
  readonly eps: number;
  /** Share of examples on which the label wins without attack. */
  readonly clean: Proportion;
  /**
   * Share on which it wins under every attack, and at every input that a check or a proof came upon: the worst case of each example.
   * An upper estimate of robust accuracy.
   */
  readonly accuracy: Proportion;
  /** What is proved; absent without certifiers. */
  readonly certified?: CertifiedAccuracy;
  /** One entry a member of the battery, in its order. */
  readonly attacks: readonly AttackSummary[];
  /** Accuracy against radius, in ascending order; it never rises. */
  readonly curve: readonly EvaluationPoint[];
  /** One entry an example, in the order of the batch. */
  readonly records: readonly ExampleRecord[];
  /** All that was spent, with the curve and the checks. */
  readonly cost: EvaluationCost;
  /** Signs that the gradient is masked, with figures; empty where none was seen. */
  readonly masking: readonly MaskingWarning[];
  /** The signs that were looked for; the others need attacks of a kind that the battery does not have, or more data. */
  readonly checked: readonly MaskingSign[];
  /** What the attacks say a reader of these numbers should know, each thing once; mostly empty. */
  readonly warnings: readonly string[];
}
