import { spectralNorm } from '@advml/certify';
import { clopperPearson } from '@advml/metrics';
import { keptMeasure, type RunStore, type Stage } from '@advml/runs';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { inSlices } from '../../shared/accuracies.ts';
import type { Curve } from '../../shared/curve.ts';
import { freshExamples } from '../examples.ts';
import type { MainSetting } from '../main-setting.ts';
import { ofNetworks } from '../network-stage.ts';
import type { Robustness } from '../purification/measures.ts';
import type { PaperWorld } from '../world.ts';
import { certifiedCurve, certifySlice } from './certify.ts';
import type { CertificationMeasures, Certified, CertifiedSlice } from './measures.ts';

/** Slices of w', which are certified side by side; each decomposes the weights for itself. */
const SLICES = { clean: 1, robust: 2 };

/** One network certified: its fresh examples in slices, and what they add up to. */
function certifiedStages(
  world: () => PaperWorld,
  { evaluation: { examples } }: MainSetting,
  of: 'clean' | 'robust',
): readonly Stage[] {
  const slices = inSlices(examples, Math.ceil(examples / SLICES[of])).map((indices, at) =>
    ofNetworks(`certified-${of}/${at + 1}`, [of], world, ({ world, params, loop, own }) =>
      certifySlice(world, params[of], own(freshExamples(world, indices)), indices, loop),
    ),
  );
  const names = slices.map(({ name }) => name);
  const whole = ofNetworks(
    `certified-${of}`,
    [of],
    world,
    async ({ params, store, loop }): Promise<Certified> => {
      const parts: CertifiedSlice[] = [];
      for (const name of names) parts.push(await keptMeasure(store, name));
      const { robust } = await keptMeasure<Robustness>(store, `robustness-${of}`);
      return {
        ...joined(parts, robust.trials - robust.successes),
        spectralNorm: await spectralNorm(params[of].weight as Tensor2D, loop),
      };
    },
    [...names, `robustness-${of}`],
  );
  return [...slices, whole];
}

/** What slices add up to; every example that the battery broke elsewhere must be among those that are not proved. */
export function joined(slices: readonly CertifiedSlice[], brokenElsewhere: number): Omit<Certified, 'spectralNorm'> {
  const total = (of: 'certified' | 'broken' | 'brokenByProof' | 'examples') =>
    slices.reduce((sum, slice) => sum + slice[of], 0);
  const [certified, examples] = [total('certified'), total('examples')];
  if (total('broken') !== brokenElsewhere)
    throw new Error(
      `${brokenElsewhere} examples are broken by ${slices[0].attack}, but only ${total('broken')} of those that ${slices[0].certifier} does not prove: a certificate and an attack contradict each other`,
    );
  const broken = total('broken') + total('brokenByProof');
  const { certifier, attack } = slices[0];
  return {
    certifier,
    attack,
    certified: clopperPearson(certified, examples),
    undecided: clopperPearson(examples - certified - broken, examples),
    notBroken: clopperPearson(examples - broken, examples),
  };
}

/**
 * What is proved of w and w'. The curve is that of the radii at which w' is attacked, on the same examples.
 *
 * @param world - Gives the run's data model and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function certificationStages(world: () => PaperWorld, setting: MainSetting): readonly Stage[] {
  return [
    ...certifiedStages(world, setting, 'robust'),
    ...certifiedStages(world, setting, 'clean'),
    ofNetworks(
      'certified-curve',
      ['robust'],
      world,
      async ({ world, params, store, loop, own }) => {
        const { points } = await keptMeasure<Curve>(store, 'curve-robust');
        const fresh = own(freshExamples(world, setting.evaluation.curveExamples));
        return certifiedCurve(
          world,
          params.robust,
          fresh,
          points.map(({ eps }) => eps),
          loop,
        );
      },
      ['curve-robust'],
    ),
  ];
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export async function certificationMeasures(store: RunStore): Promise<CertificationMeasures> {
  return {
    certified: {
      clean: await keptMeasure(store, 'certified-clean'),
      robust: await keptMeasure(store, 'certified-robust'),
    },
    curve: await keptMeasure(store, 'certified-curve'),
    attacked: (await keptMeasure<Curve>(store, 'curve-robust')).points,
  };
}
