import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import { signsDetail } from '../../../shared/masking.ts';
import {
  kinds,
  type LowComplexityMeasures,
  type LowComplexityResult,
  type ToldResult,
  type Withstood,
} from '../measures.ts';
import type { LowComplexitySetting } from '../setting.ts';

/** Chance: what a model that always says the same class withstands, at any radius. */
const CHANCE = 0.5;

/** Robust accuracy that no model may exceed, by the upper end of its interval. */
const MOST = 0.55;

/** Clean accuracy that a model must have to say something: one that gives up is at chance at any radius. */
const ACCURATE = 0.95;

/** Attacked examples without which intervals are too wide. */
const ENOUGH = 2000;

/** A model and what stands beside it. */
interface Named extends Withstood {
  /** Such as `linear, clean`. */
  readonly name: string;
}

const afterTraining = (result: LowComplexityResult): Named => ({
  ...result,
  name: `${result.model}, ${result.training}`,
});

const told = (result: ToldResult): Named => ({ ...result, name: `${result.model}, k = ${result.active}` });

/**
 * Low complexity cannot be robust.
 *
 * The theorem bounds what a model of such a kind can withstand by chance, whatever found its parameters; so those that nobody trained
 * count too, at every k. A model that is not accurate counts only where it withstands more than chance, for then it speaks against
 * the claim; and for each kind there must be one that is accurate, or nothing is said about the kind.
 */
export const c10: ClaimRule<LowComplexityMeasures, LowComplexitySetting> = {
  id: 'C10',
  statement:
    'Low complexity cannot be robust: linear classifiers, polynomials of low degree, random features and the tangent model of the same network do no better than chance at the same radius, whatever found their parameters.',
  quantity: `largest robust accuracy of a model of low complexity with clean accuracy >= ${ACCURATE}, or robust accuracy above chance`,
  bar: `<= ${MOST} at the upper end of every interval, on at least ${ENOUGH} examples, with an accurate model of each kind`,
  find: (measures) => {
    const trained = measures.models.map(afterTraining);
    const models = [...trained, ...measures.told.map(told)];
    const network = measures.network.map(afterTraining);
    const isAccurate = ({ clean }: Withstood) => clean.value >= ACCURATE;
    const counted = models.filter((model) => isAccurate(model) || model.robust.low > CHANCE);
    const most = (counted.length > 0 ? counted : models).reduce((best, model) =>
      model.robust.value > best.robust.value ? model : best,
    );
    const unheard = kinds.filter((kind) => !measures.models.some((model) => model.kind === kind && isAccurate(model)));
    const enough = models.every(({ robust }) => robust.trials >= ENOUGH);
    const named = (of: 'clean' | 'robust', results: readonly Named[]) =>
      Object.fromEntries(results.map(({ name, [of]: share }) => [name, share.value]));
    return {
      ...withInterval(most.robust),
      holds: enough && unheard.length === 0 && counted.every(({ robust }) => robust.high <= MOST),
      attack: most.attack,
      detail: {
        model: most.name,
        examples: most.robust.trials,
        largestOfTrained: Math.max(
          ...trained.filter((model) => counted.includes(model)).map(({ robust }) => robust.value),
          0,
        ),
        aboveBar: counted.filter(({ robust }) => robust.high > MOST).map(({ name }) => name),
        notCounted: models.filter((model) => !counted.includes(model)).map(({ name }) => name),
        kindsWithoutAnAccurateModel: unheard,
        robust: named('robust', models),
        clean: named('clean', models),
        network: named('robust', network),
        ...signsDetail(Object.fromEntries([...models, ...network].map(({ name, masking }) => [name, masking]))),
      },
    };
  },
};
