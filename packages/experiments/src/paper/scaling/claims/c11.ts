import type { LinearFit } from '@advml/metrics';
import type { ClaimRule } from '@advml/runs';
import { signsDetail } from '../../../shared/masking.ts';
import { families } from '../family.ts';
import { lawOf } from '../laws.ts';
import type { Cost, Target } from '../measures.ts';
import type { ScalingSetting } from '../setting.ts';

/** C1 and C3. */
const TARGETS: readonly Target[] = ['clean99', 'robust99'];

const exponentsOf = (laws: readonly { readonly name: string; readonly power: LinearFit }[]) =>
  Object.fromEntries(laws.map(({ name, power: { slope, low, high } }) => [name, [slope, low, high]]));

/**
 * Training costs polynomially many examples.
 *
 * The paper says poly(d) and names no exponent, so the bar must. Fewer than about d/k examples do not even show every feature once:
 * no exponent can be much below 1. The bar is two powers above that. And since any few points can be given an exponent, every d must
 * be on the line, and the logarithm of the cost must lie closer to a line in ln d than to one in d, as an exponential cost would.
 * Over a narrow range of d the two cannot be told apart, and then nothing is shown. A training that does not reach its bar costs more
 * than the steps it was given; its law is that with these limits in place of costs, so that the largest exponent leaves no d out.
 */
export const c11: ClaimRule<readonly Cost[], ScalingSetting> = {
  id: 'C11',
  statement: 'Training until accurate, and on until robust, costs polynomially many examples in d.',
  quantity: 'largest exponent of d in the examples until C1 and until C3, with k fixed and with k growing',
  bar: '< 3 at the upper end of every interval; all trainings reach C1 and C3, and power laws fit better than exponential ones',
  find: (costs, { tau, data }) => {
    const laws = families.flatMap((family) =>
      TARGETS.map((target) => ({ name: `${target}, k ${family}`, ...lawOf(costs, family, target, 'examples') })),
    );
    const fitted = laws.flatMap(({ name, fits }) => (fits ? [{ name, ...fits }] : []));
    const limited = laws.flatMap(({ name, withLimits }) => (withLimits ? [{ name, power: withLimits }] : []));
    const steepest = laws
      .flatMap(({ fits, withLimits }) => withLimits ?? fits?.power ?? [])
      .toSorted((a, b) => b.slope - a.slope)
      .at(0);
    const bent = fitted.filter(({ power, exponential }) => power.deviation >= exponential.deviation);
    const reached = laws.every(({ unreached }) => unreached.length === 0);
    return {
      value: steepest?.slope ?? 0, // of nothing: then the claim does not hold and the detail says what is missing
      interval: steepest ? [steepest.low, steepest.high] : null,
      holds: reached && bent.length === 0 && fitted.every(({ power }) => power.high < 3),
      attack: costs[0].attack,
      threat: `tau = ${tau} sqrt(${data.active} / k) (l2)`,
      detail: {
        exponents: exponentsOf(fitted),
        exponentsWithLimits: exponentsOf(limited),
        closerToExponential: bent.map(({ name }) => name),
        unreached: Object.fromEntries(laws.map(({ name, unreached }) => [name, unreached])),
        ...signsDetail(
          Object.fromEntries(
            costs.flatMap(({ family, dimension, repeat, masking }) =>
              (['before', 'after'] as const).map((when) => [
                `k ${family}, d ${dimension}, training ${repeat}, ${when}`,
                masking?.[when],
              ]),
            ),
          ),
        ),
      },
    };
  },
};
