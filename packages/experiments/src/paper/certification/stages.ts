import { keptMeasure, type RunStore, type Stage } from '@advml/runs';
import type { Curve } from '../../shared/curve.ts';
import { curveRadii } from '../accuracies.ts';
import { freshExamples } from '../examples.ts';
import type { MainSetting } from '../main-setting.ts';
import { ofNetworks } from '../network-stage.ts';
import type { Robustness } from '../purification/measures.ts';
import type { PaperWorld } from '../world.ts';
import { certifiedCurve, certify } from './certify.ts';
import type { CertificationMeasures, Certified, CertifiedPoint } from './measures.ts';

const CURVE = 'certified-curve';

/**
 * What is proved of w and w', and of w' at other radii: stages of their own, which can be made side by side.
 *
 * @param world - Gives the run's data model and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function certificationStages(
  world: () => PaperWorld,
  { evaluation: { examples, curveExamples } }: MainSetting,
): readonly Stage[] {
  const certified = (of: 'clean' | 'robust') =>
    ofNetworks(`certified-${of}`, [of], world, ({ world, params, loop, own }) =>
      certify(world, params[of], own(freshExamples(world, examples)), loop),
    );
  return [
    certified('robust'),
    ofNetworks(CURVE, ['robust'], world, ({ world, params: { robust }, loop, own }) =>
      certifiedCurve(world, robust, own(freshExamples(world, curveExamples)), curveRadii(world), loop),
    ),
    certified('clean'),
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
 * @throws InputError if one was not made yet or its file is damaged; Error if a proof and an attack contradict each other.
 */
export async function certificationMeasures(store: RunStore): Promise<CertificationMeasures> {
  const clean = await keptMeasure<Certified>(store, 'certified-clean');
  const robust = await keptMeasure<Certified>(store, 'certified-robust');
  requireAgreement(clean, await keptMeasure(store, 'robustness-clean'));
  requireAgreement(robust, await keptMeasure(store, 'robustness-robust'));
  const curve = await keptMeasure<readonly CertifiedPoint[]>(store, CURVE);
  return {
    certified: { clean, robust: { ...robust, curve } },
    attacked: (await keptMeasure<Curve>(store, 'curve-robust')).points,
  };
}
