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
  /** Neurons of a thousand with cos(w, w') > 0.707. */
  readonly purified?: number;
  /** Mass on the mixture. */
  readonly massOfClean?: number;
  readonly massOfRobust?: number;
  /** Mean cosine of perturbations with the mixture. */
  readonly alongClean?: number;
  readonly alongRobust?: number;
  /** Lower end of the lottery's interval; its mean is 0.1 more. */
  readonly lotteryLow?: number;
  /** Clean accuracy of those variants, in thousandths. Default: 1000. */
  readonly cleanOfVariants?: number;
  /** Robust accuracy of the clean-trained variants, in thousandths. */
  readonly variants?: readonly number[];
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
  const { variants = [10, 20], alongClean = 0.97, alongRobust = 0.12 } = said;
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
  const curve = { attack: 'a battery', points: [{ eps: 0, accuracy: 1, low: 0.9, high: 1 }] };
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
      attack: 'a short PGD',
      variants: variants.map((robust, at) => ({
        name: `variant ${at}`,
        clean: thousandths(said.cleanOfVariants ?? 1000),
        robust: thousandths(robust),
      })),
    },
  };
}

function featuresOf({
  cleanWithInit = 0.04,
  robustWithInit = 0.03,
  purified = 900,
  massOfClean = 0.1,
  massOfRobust = 0.0004,
  lotteryLow = 0.55,
}: Said): FeatureMeasures {
  const mass = (mixture: number) => ({ mixture, top: 0.8, rest: 0.1, mixtureCosine: 0.3, features: 20 });
  const ranks = { mean: lotteryLow + 0.1, low: lotteryLow, high: lotteryLow + 0.2 };
  return {
    withInit: { clean: summarize([cleanWithInit]), robust: summarize([robustWithInit]) },
    random: { mean: 0.02, max: 0.09 },
    purified: thousandths(purified),
    decomposition: { beta: summarize([0.4]), cosine: summarize([0.8]), ratio: summarize([0.7]) },
    mass: { init: mass(0.001), clean: mass(massOfClean), robust: mass(massOfRobust) },
    lottery: { top: ranks, carried: ranks },
    histogram: { cleanRobust: [0.8], cleanInit: [0.04], robustInit: [0.03] },
  };
}
