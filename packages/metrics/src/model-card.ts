import type { AttackKind } from '@advml/core';
import { requireOptions } from '@advml/core/internal';
import { percentOf } from './confidence.ts';
import type { Evaluation } from './evaluation.ts';
import { type SecondOpinion, secondOpinion } from './second-opinion.ts';

/** What a table of models says of one and an evaluation does not know, by the names that RobustBench has for it. */
export interface ModelFacts {
  /** Address of its paper. */
  readonly link?: string;
  /** Title of its paper, or what else it is called. */
  readonly name?: string;
  /** Who made it. */
  readonly authors?: string;
  /** Whether it was trained on more than the usual training set. */
  readonly additional_data?: boolean;
  /** Passes through a network that one answer takes. */
  readonly number_forward_passes?: number;
  /** What it was evaluated on, such as `cifar10`. */
  readonly dataset?: string;
  /** Where it was published. */
  readonly venue?: string;
  /** What network it is. */
  readonly architecture?: string;
  /** Robust accuracy that its authors report, in percent. */
  readonly reported?: string;
}

/** What a card says of how it was made. */
export interface CardSource {
  /** Seed of the attacks. */
  readonly seed: number;
  /** Versions by name, such as `{ advml: '0.1.0' }`. */
  readonly versions: Readonly<Record<string, string>>;
  /** SHA-256 of the model, in hexadecimal digits. Default: not told. */
  readonly model?: string;
  /** SHA-256 of the data, in hexadecimal digits. Default: not told. */
  readonly data?: string;
  /** Whether the attacks are those of AutoAttack's standard battery with its number of steps. Default: false. */
  readonly standard?: boolean;
  /** What else is known of the model. Default: nothing. */
  readonly facts?: ModelFacts;
}

/**
 * A model in a table of robust models: first the fields of RobustBench's `model_info` files under their names, null where they are
 * not known, then what its table has no field for. Accuracies are in percent with two digits, as text.
 */
export interface ModelCard {
  /** Address of its paper. */
  readonly link: string | null;
  /** Title of its paper, or what else it is called. */
  readonly name: string | null;
  /** Who made it. */
  readonly authors: string | null;
  /** Whether it was trained on more than the usual training set. */
  readonly additional_data: boolean | null;
  /** Passes through a network that one answer takes. */
  readonly number_forward_passes: number | null;
  /** What it was evaluated on. */
  readonly dataset: string | null;
  /** Where it was published. */
  readonly venue: string | null;
  /** What network it is. */
  readonly architecture: string | null;
  /** Radius in input units. */
  readonly eps: string;
  /** Accuracy without attack. */
  readonly clean_acc: string;
  /** Robust accuracy that its authors report. */
  readonly reported: string | null;
  /**
   * Robust accuracy under AutoAttack's standard battery, without what only noise, one step or a certifier beside it broke; null where
   * other attacks were taken.
   */
  readonly autoattack_acc: string | null;
  /** Whether there are signs that the attacks fail for reasons of their own. */
  readonly unreliable: boolean;
  /** What its table has no field for. */
  readonly advml: {
    /** The threat in words. */
    readonly threat: string;
    /** Number of examples. */
    readonly examples: number;
    /** Robust accuracy: the worst case of each example over all attacks. */
    readonly robust_acc: string;
    /** Its interval, in percent. */
    readonly interval: readonly [string, string];
    /** Coverage of the interval. */
    readonly confidence: number;
    /** Share that is proved; null where nothing was. */
    readonly certified_acc: string | null;
    /** Accuracy under each attack. */
    readonly attacks: readonly {
      /** The attack with its settings. */
      readonly attack: string;
      /** What it looks at. */
      readonly kind: AttackKind;
      /** Accuracy under it. */
      readonly accuracy: string;
    }[];
    /** What it comes to in plain words. */
    readonly opinion: SecondOpinion;
    /** Seed of the attacks. */
    readonly seed: number;
    /** Versions by name. */
    readonly versions: Readonly<Record<string, string>>;
    /** SHA-256 of the model. */
    readonly model: string | null;
    /** SHA-256 of the data. */
    readonly data: string | null;
    /** How to cite the figure. */
    readonly cite: string;
  };
}

const percent = (share: number): string => (100 * share).toFixed(2);

function citation({ threat, clean, accuracy }: Evaluation, { seed, versions, model, data }: CardSource): string {
  const made = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const files = [model && `model SHA-256 ${model.slice(0, 16)}`, data && `data SHA-256 ${data.slice(0, 16)}`];
  const how = [...made, `seed ${seed}`, ...files.filter(Boolean)].join(', ');
  return `Robust accuracy ${percent(accuracy.value)}% (${percentOf(accuracy.confidence)}% interval ${percent(accuracy.low)}% to ${percent(accuracy.high)}%) on ${clean.trials} examples under ${threat}, accuracy without attack ${percent(clean.value)}%; ${how}.`;
}

/**
 * The card of a model for a table of robust models, in the form of RobustBench's `model_info` files.
 *
 * @param evaluation - As `evaluate` gives it.
 * @param source - How it was made, and what is known of the model.
 * @returns The card, plain data, which may be written as JSON.
 * @throws InputError if an option is misspelt.
 * @example
 * ```ts
 * const card = modelCard(found, { seed: 0, versions: { advml: '0.1.0' }, facts: { dataset: 'cifar10' } });
 * ```
 * @see Croce et al.: RobustBench: a Standardized Adversarial Robustness Benchmark, 2021 (arXiv:2010.09670).
 */
export function modelCard(evaluation: Evaluation, source: CardSource): ModelCard {
  requireOptions<CardSource>('modelCard', source, {
    ...{ seed: true, versions: true, model: true, data: true, standard: true, facts: true },
  });
  const { clean, accuracy, attacks, certified, threat, eps } = evaluation;
  const { facts = {}, seed, versions, model = null, data = null, standard = false } = source;
  const opinion = secondOpinion(evaluation);
  return {
    link: facts.link ?? null,
    name: facts.name ?? null,
    authors: facts.authors ?? null,
    additional_data: facts.additional_data ?? null,
    number_forward_passes: facts.number_forward_passes ?? null,
    dataset: facts.dataset ?? null,
    venue: facts.venue ?? null,
    architecture: facts.architecture ?? null,
    eps: quotient(eps),
    clean_acc: percent(clean.value),
    reported: facts.reported ?? null,
    autoattack_acc: standard ? percent(underAutoAttack(evaluation)) : null,
    unreliable: opinion.credibility === 'doubtful',
    advml: {
      threat,
      examples: clean.trials,
      robust_acc: percent(accuracy.value),
      interval: [percent(accuracy.low), percent(accuracy.high)],
      confidence: accuracy.confidence,
      certified_acc: certified ? percent(certified.accuracy.value) : null,
      attacks: attacks.map(({ attack, kind, accuracy: own }) => ({ attack, kind, accuracy: percent(own.value) })),
      opinion,
      seed,
      versions,
      model,
      data,
      cite: citation(evaluation, source),
    },
  };
}

/** Share of the examples that are right and that none of the battery breaks; one step and noise stand beside it to be compared with. */
function underAutoAttack({ attacks, records, eps }: Evaluation): number {
  const own = [...attacks.keys()].filter((at) => !['one-step', 'noise'].includes(attacks[at].kind));
  const isBroken = (distances: readonly (number | null)[]) => own.some((at) => (distances[at] ?? Infinity) <= eps);
  return records.filter(({ correct, distances }) => correct && !isBroken(distances)).length / records.length;
}

/** A radius as tables have it: `8/255` where it is at most 16 steps of 255, as pixels have them, else the number. */
function quotient(eps: number): string {
  const steps = Math.round(255 * eps);
  return steps > 0 && steps <= 16 && Math.abs(eps - steps / 255) < 1e-9 ? `${steps}/255` : String(eps);
}
