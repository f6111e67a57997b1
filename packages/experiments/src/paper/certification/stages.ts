import { keptMeasure, measureStage, type RunStore, type Stage } from '@advml/runs';
import type { Curve } from '../../shared/curve.ts';
import { freshExamples } from '../examples.ts';
import type { MainSetting } from '../main-setting.ts';
import { ofNetworks } from '../network-stage.ts';
import type { Robustness } from '../purification/measures.ts';
import type { PaperWorld } from '../world.ts';
import { certifiedCurve, certify } from './certify.ts';
import type { CertificationMeasures, Certified, CertifiedPoint } from './measures.ts';

const [ALL, CURVE, ATTACKED, NEURONS] = ['certification', 'certified-curve', 'curve-robust', 'neurons'];
const networks = ['clean', 'robust'] as const;
type Network = (typeof networks)[number];
const certifiedName = (of: Network) => `certified-${of}`;
const robustnessName = (of: Network) => `robustness-${of}`;

/**
 * What is proved of w and w', and of w' at other radii: stages of their own, which can be made side by side; then whether attacks agree.
 *
 * @param world - Gives the run's data model and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function certificationStages(
  world: () => PaperWorld,
  { evaluation: { examples, curveExamples } }: MainSetting,
): readonly Stage[] {
  const certified = (of: Network) =>
    ofNetworks(certifiedName(of), [of], world, ({ world, params, loop, own }) =>
      certify(world, params[of], own(freshExamples(world, examples)), loop),
    );
  return [
    certified('robust'),
    ofNetworks(
      CURVE,
      ['robust'],
      world,
      async ({ world, params: { robust }, store, loop, own }) => {
        const attacked = await keptMeasure<Curve>(store, ATTACKED);
        return certifiedCurve(world, robust, own(freshExamples(world, curveExamples)), attacked, loop);
      },
      [ATTACKED],
    ),
    certified('clean'),
    measureStage(
      ALL,
      [CURVE, ATTACKED, NEURONS, ...networks.flatMap((of) => [certifiedName(of), robustnessName(of)])],
      async ({ store }): Promise<Omit<CertificationMeasures, 'features'>> => {
        const agreed = async (of: Network) => {
          const found = await keptMeasure<Certified>(store, certifiedName(of));
          requireAgreement(found, await keptMeasure(store, robustnessName(of)));
          return found;
        };
        const curve = await keptMeasure<readonly CertifiedPoint[]>(store, CURVE);
        return {
          certified: { clean: await agreed('clean'), robust: { ...(await agreed('robust')), curve } },
          attacked: (await keptMeasure<Curve>(store, ATTACKED)).points,
        };
      },
    ),
  ];
}

/**
 * Refuses proofs of what an attack has broken: all that the battery broke must be among what is not proved.
 *
 * @param certified - What is proved.
 * @param robustness - What the battery came to on the same examples.
 * @throws Error if they contradict each other.
 */
export function requireAgreement(
  { certifier, attack, brokenByAttack }: Certified,
  { robust: { trials, successes } }: Pick<Robustness, 'robust'>,
): void {
  if (brokenByAttack !== trials - successes)
    throw new Error(
      `${trials - successes} examples are broken by ${attack}, but ${brokenByAttack} of those that ${certifier} does not prove: a certificate and an attack contradict each other`,
    );
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export async function certificationMeasures(store: RunStore): Promise<CertificationMeasures> {
  const { features } = await keptMeasure<Pick<CertificationMeasures, 'features'>>(store, NEURONS);
  return { ...(await keptMeasure<Omit<CertificationMeasures, 'features'>>(store, ALL)), features };
}
