import type { Summary } from '@advml/core';
import type { Proportion } from '@advml/metrics';
import type { RandomCosine } from '@advml/purification';
import type { Curve } from '../../shared/curve.ts';
import type { Masking } from '../../shared/masking.ts';
import type { MeanWithInterval } from '../../shared/mean-of.ts';
import type { Certified } from '../certification/measures.ts';
import type { PerNetwork } from '../networks.ts';
import type { NeuronMass } from '../neurons.ts';

/** Accuracies of one network, with the attacks that gave them. */
export interface Robustness {
  /** Share of fresh examples that are classified correctly. */
  readonly clean: Proportion;
  /** Share that no attack of the battery breaks. */
  readonly robust: Proportion;
  /** The battery. */
  readonly attack: string;
  /** Share that the dense mixture alone does not break. */
  readonly mixture: Proportion;
  /** Share of other examples, seen at the end of training, that the battery does not break. */
  readonly robustOnTraining: Proportion;
  /** Share of fresh examples of any margin (gamma = 0) that the battery does not break. */
  readonly robustOfAnyMargin: Proportion;
}

/** How an attack's perturbations lie against the dense mixture. */
export interface Perturbations {
  /** The attack. */
  readonly attack: string;
  /** Mean cosine of a perturbation with `-y M w*`; 0 where all are too small to have a direction. */
  readonly meanCosine: number;
  /** That cosine, example by example. */
  readonly cosines: readonly number[];
  /** One perturbation in the dictionary's coordinates, signed so that the mixture is positive, times sqrt(d) / tau. */
  readonly example: readonly number[];
}

/** Some numbers in brief, with the 95% interval of their mean. */
export interface SummaryWithInterval extends Summary {
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}

/** What the weights of the three networks tell. */
export interface FeatureMeasures {
  /** |cos(w, w0)| and |cos(w', w0)|, over neurons. */
  readonly withInit: Pick<PerNetwork<SummaryWithInterval>, 'clean' | 'robust'>;
  /** Expected |cos| of two random vectors of the same dimension, and the expected largest of as many pairs as there are neurons. */
  readonly random: Pick<RandomCosine, 'mean' | 'max'> & {
    /** The size that the largest stays below with a chance of 99.9%. */
    readonly quantile: number;
  };
  /** Share of neurons with cos(w, w') > 0.707. */
  readonly purified: Proportion;
  /** beta, cos(w, w') and |v| / |beta w'| of w = beta w' + v, over neurons that are not zero. */
  readonly decomposition: Readonly<Record<'beta' | 'cosine' | 'ratio', Summary>>;
  /** Share of the square of v on the dense mixture: of what adversarial training took away. */
  readonly removed: MeanWithInterval;
  /** What neurons are made of. */
  readonly mass: PerNetwork<NeuronMass>;
  /** The same with as many of a neuron's largest features counted in every network as it carries in w. */
  readonly sameCount: {
    /** Mean share of a neuron's square on them; w0 is a random row. */
    readonly top: PerNetwork<number>;
    /** Mean share on everything else but the mixture, of w' less that of w. */
    readonly restRises: MeanWithInterval;
  };
  /** Percentile of a neuron's initial coefficient, for the features that it ends up carrying after clean training. */
  readonly lottery: Readonly<Record<'top' | 'carried', MeanWithInterval>> & {
    /** Share of features that are carried by the neuron which started furthest ahead on them. */
    readonly winners: Proportion;
    /** Share of features that any neuron carries. */
    readonly base: number;
  };
  /** Cosines of every neuron, for the histograms; zero neurons left out. */
  readonly histogram: Readonly<Record<'cleanRobust' | 'cleanInit' | 'robustInit', readonly number[]>>;
}

/** One matrix of the picture. */
export interface PicturePanel {
  /** Which weights these are: `init`, `clean` or `robust`. */
  readonly label: string;
  /** Signed coefficients, row by row, each neuron divided by its own length. */
  readonly values: readonly number[];
}

/** Matrices of neurons against features, for the picture that is the point of the paper. */
export interface FeaturePictures {
  /** Neurons shown: rows. */
  readonly neurons: readonly number[];
  /** Features shown: columns; column r is the top feature of row r after adversarial training. */
  readonly features: readonly number[];
  /** One matrix a network. */
  readonly panels: readonly PicturePanel[];
}

/** What claims C1 to C8 look at; each member is a file in `measures/`. */
export interface PaperMeasures {
  /** Accuracies of w. */
  readonly clean: Robustness;
  /** Accuracies of w'. */
  readonly robust: Robustness;
  /** Robust accuracy against the radius. */
  readonly curves: PerNetwork<Curve>;
  /** Signs that w and w' hide their gradients; runs of earlier versions have none. */
  readonly masking?: Partial<Pick<PerNetwork<Masking>, 'clean' | 'robust'>>;
  /** What is proved of w'; runs of earlier versions, and those without these claims, have nothing. */
  readonly certifiedRobust?: Certified;
  /** What PGD finds, for w and w'. */
  readonly perturbations: Pick<PerNetwork<Perturbations>, 'clean' | 'robust'>;
  /** What the neurons carry. */
  readonly features: FeatureMeasures;
  /** A part of the coefficient matrices. */
  readonly pictures: FeaturePictures;
}
