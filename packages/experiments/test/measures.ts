import { summarize } from '@advml/core';
import { clopperPearson } from '@advml/metrics';
import type {
  CertificationMeasures,
  Certified,
  FeatureMeasures,
  OverfittingMeasures,
  PaperMeasures,
  Robustness,
} from '../src/index.ts';

/** A share of a thousand. */
export const thousandths = (successes: number) => clopperPearson(successes, 1000);

/** What a run measured, said in the numbers that claims look at. */
export interface Said {
  /** Accuracies of w and w', in thousandths. */
  readonly cleanAccuracy?: number;
  readonly robustOfClean?: number;
  readonly robustOfRobust?: number;
  readonly seenOfClean?: number;
  readonly seenOfRobust?: number;
  readonly mixtureOfClean?: number;
  readonly mixtureOfRobust?: number;
  /** Mean |cos| with initialization; random vectors give 0.02. */
  readonly cleanWithInit?: number;
  readonly robustWithInit?: number;
  /** By how much the ends of its interval differ from it. */
  readonly withInitReach?: number;
  /** Largest |cos| with initialization; random vectors keep within 0.13. */
  readonly cleanMax?: number;
  readonly robustMax?: number;
  /** Neurons of a thousand with cos(w, w') > 0.707. */
  readonly purified?: number;
  /** Median |v| / |beta w'|, and the lower end of the mixture's share of v. */
  readonly ratio?: number;
  readonly removedLow?: number;
  /** Mass on the mixture. */
  readonly massOfClean?: number;
  readonly massOfRobust?: number;
  /** Mass on as many features in w0, w and w', and the upper end of by how much the rest rises. */
  readonly topOfInit?: number;
  readonly topOfClean?: number;
  readonly topOfRobust?: number;
  readonly restRisesHigh?: number;
  /** Mean cosine of perturbations with the mixture. */
  readonly alongClean?: number;
  readonly alongRobust?: number;
  /** Features of a thousand that their luckiest neuron carries. */
  readonly winners?: number;
  /** Clean accuracy of those variants, in thousandths. Default: 1000. */
  readonly cleanOfVariants?: number;
  /** Robust accuracy of the clean-trained variants, in thousandths; the data of the first repeat. */
  readonly variants?: readonly number[];
  /** Robust accuracy of the first on its training set, in thousandths; as on fresh examples by default, none with null. */
  readonly seenOfVariant?: number | null;
  /** Certified accuracies of w and w', in thousandths. */
  readonly certifiedOfClean?: number;
  readonly certifiedOfRobust?: number;
  /** Examples of w' of a thousand that are neither certified nor broken. */
  readonly undecided?: number;
  /** Largest singular value of w', when that of w is 20. */
  readonly normOfRobust?: number;
}

/** Measures in which C1 to C9 and C17 to C20 all hold, but for what is said. */
export function measuresOf(said: Said = {}): PaperMeasures & OverfittingMeasures & CertificationMeasures {
  const { cleanAccuracy = 1000, robustOfClean = 0, robustOfRobust = 1000 } = said;
  const { variants = [5, 9], seenOfVariant = variants[0], alongClean = 0.97, alongRobust = 0.12 } = said;
  const robustness = (clean: number, robust: number, seen: number, mixture: number): Robustness => ({
    clean: thousandths(clean),
    robust: thousandths(robust),
    attack: 'a battery',
    mixture: thousandths(mixture),
    robustOnTraining: thousandths(seen),
    robustOfAnyMargin: thousandths(robust),
  });
  const along = (meanCosine: number) => ({ attack: 'PGD', meanCosine, cosines: [meanCosine], example: [1] });
  const certified = (proved: number, undecided: number, spectralNorm: number): Certified => ({
    certifier: 'a bound',
    attack: 'a battery',
    certified: thousandths(proved),
    undecided: thousandths(undecided),
    notBroken: thousandths(proved + undecided),
    brokenByAttack: 1000 - proved - undecided,
    spectralNorm,
  });
  const curve = { attack: 'a battery', points: [{ eps: 0, accuracy: 1, low: 0.9, high: 1 }], brokenAt: [] };
  return {
    clean: robustness(cleanAccuracy, robustOfClean, said.seenOfClean ?? robustOfClean, said.mixtureOfClean ?? 0),
    robust: robustness(1000, robustOfRobust, said.seenOfRobust ?? robustOfRobust, said.mixtureOfRobust ?? 1000),
    curves: { init: curve, clean: curve, robust: curve },
    perturbations: { clean: along(alongClean), robust: along(alongRobust) },
    features: featuresOf(said),
    certified: {
      clean: certified(said.certifiedOfClean ?? 0, 0, 20),
      robust: { ...certified(said.certifiedOfRobust ?? 990, said.undecided ?? 5, said.normOfRobust ?? 4), curve: [] },
    },
    attacked: [],
    pictures: { neurons: [0], features: [0], panels: [] },
    overfitting: {
      attack: 'a battery',
      variants: variants.map((robust, at) => ({
        name: `variant ${at}`,
        clean: thousandths(said.cleanOfVariants ?? 1000),
        robust: thousandths(robust),
        attack: 'a battery',
        ...(at === 0 && seenOfVariant !== null && { robustOnTraining: thousandths(seenOfVariant) }),
      })),
    },
  };
}

function featuresOf({
  cleanWithInit = 0.025,
  robustWithInit = 0.022,
  withInitReach = 0.001,
  cleanMax = 0.12,
  robustMax = 0.11,
  purified = 900,
  ratio = 0.7,
  removedLow = 0.35,
  massOfClean = 0.1,
  massOfRobust = 0.0004,
  topOfInit = 0.15,
  topOfClean = 0.65,
  topOfRobust = 0.8,
  restRisesHigh = -0.01,
  winners = 800,
}: Said): FeatureMeasures {
  const mass = (mixture: number) => ({ mixture, top: 0.8, rest: 0.1, mixtureCosine: 0.3, features: 20 });
  const ranks = { mean: 0.6, low: 0.55, high: 0.65 };
  const withInit = (mean: number, max: number) => ({
    ...summarize([mean]),
    max,
    low: mean - withInitReach,
    high: mean + withInitReach,
  });
  return {
    withInit: { clean: withInit(cleanWithInit, cleanMax), robust: withInit(robustWithInit, robustMax) },
    random: { mean: 0.02, max: 0.09, quantile: 0.13 },
    purified: thousandths(purified),
    decomposition: { beta: summarize([0.4]), cosine: summarize([0.8]), ratio: summarize([ratio]) },
    removed: { mean: removedLow + 0.05, low: removedLow, high: removedLow + 0.1 },
    mass: { init: mass(0.001), clean: mass(massOfClean), robust: mass(massOfRobust) },
    sameCount: {
      top: { init: topOfInit, clean: topOfClean, robust: topOfRobust },
      restRises: { mean: restRisesHigh - 0.01, low: restRisesHigh - 0.02, high: restRisesHigh },
    },
    lottery: { top: ranks, carried: ranks, winners: thousandths(winners), base: 0.02 },
    histogram: { cleanRobust: [0.8], cleanInit: [0.04], robustInit: [0.03] },
  };
}
