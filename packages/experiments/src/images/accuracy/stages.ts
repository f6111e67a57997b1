import { classifier, type LoopOptions, type Params } from '@advml/core';
import { cleanAccuracy, clopperPearson, robustAccuracy } from '@advml/metrics';
import type { RunStore, Stage } from '@advml/runs';
import { keptMeasure, owning, readMeasure } from '@advml/runs';
import { type AttackedSlice, attackSlice, inSlices, joinSlices } from '../../shared/accuracies.ts';
import { measureCurve } from '../../shared/curve.ts';
import { LOOKED_AT, lookForMasking, type Masking } from '../../shared/masking.ts';
import { comparedAttacks, probeAttack, standardAttack } from '../attacks.ts';
import type { MainSetting } from '../main-setting.ts';
import { ofNetworks } from '../network-stage.ts';
import { attackedNetworks, type NetworkName } from '../networks.ts';
import { type ImagesWorld, threatOf } from '../world.ts';
import type { AccuracyMeasures, Judged, RadiusCurve, Robust } from './measures.ts';

type Described = MainSetting['threats'][number];

/** Test images of a slice: few enough to share them out, and that little is lost where a run is killed. */
const SLICE = 50;

/** Radii of the curves, as multiples of a threat's. */
const CURVE = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];

const judgedNetworks = (setting: MainSetting): readonly NetworkName[] => [
  ...attackedNetworks(setting),
  'control-robust',
];

/** Every network that the battery attacks, with every threat. */
const attackedBy = (setting: MainSetting) =>
  attackedNetworks(setting).flatMap((network) => setting.threats.map((described) => ({ network, described })));

/** Every network that an attack judges, with the threats of its attacks: the control has the probe only. */
const lookedAt = (setting: MainSetting) => [
  ...attackedBy(setting),
  { network: 'control-robust' as const, described: setting.threats[0] },
];

/** The slices of the attacked images, by their indices. */
const slicesOf = ({ evaluation: { examples } }: MainSetting) => inSlices(examples, SLICE);

/** What the stages of this part are called. */
export const nameOf = {
  judged: (network: NetworkName) => `accuracy/${network}`,
  slice: (network: NetworkName, { norm }: Described, slice: number) => `attacked/${network}-${norm}-${slice + 1}`,
  masking: (network: NetworkName, { norm }: Described) => `masking/${network}-${norm}`,
  curve: (network: NetworkName, { norm }: Described) => `curves/${network}-${norm}`,
};

/** Test images taken at a time for the accuracy without an attacker. */
const CHUNK = 1000;

async function judge(world: ImagesWorld, params: Params, { onProgress, signal }: LoopOptions): Promise<Judged> {
  const { network, test, train, setting, root } = world;
  const { probeExamples, batch: batchSize } = setting.evaluation;
  const model = classifier(network, params);
  const seen = Math.min(probeExamples, train.count);
  const total = test.count + probeExamples + seen;
  let right = 0;
  for (const indices of inSlices(test.count, CHUNK)) {
    right += await owning(
      async (own) => (await cleanAccuracy(model, own(test.take(indices)), { batchSize, signal })).successes,
    );
    onProgress?.(indices[indices.length - 1] + 1, total);
  }
  const attack = probeAttack(threatOf(setting.threats[0]), setting);
  const probe = (set: 'test' | 'train', examples: number, before: number) =>
    owning(async (own) => {
      const { accuracy } = await robustAccuracy(model, own(world[set].take(examples)), attack, {
        key: root.child('probe', set),
        batchSize,
        signal,
        onProgress: (done) => onProgress?.(before + done, total),
      });
      return accuracy;
    });
  return {
    clean: clopperPearson(right, test.count),
    probed: await probe('test', probeExamples, test.count),
    probedOnTraining: await probe('train', seen, test.count + probeExamples),
    probe: attack.label,
  };
}

function attackImages(
  { network, test, setting, root }: ImagesWorld,
  params: Params,
  described: Described,
  indices: readonly number[],
  loop: LoopOptions,
): Promise<AttackedSlice> {
  return owning((own) =>
    attackSlice(classifier(network, params), own(test.take(indices)), standardAttack(threatOf(described), setting), {
      key: root.child('attack', described.norm),
      indices,
      batchSize: setting.evaluation.batch,
      ...loop,
    }),
  );
}

function maskingIn(
  { network, test, setting, root }: ImagesWorld,
  params: Params,
  described: Described,
  loop: LoopOptions,
): Promise<Masking> {
  const { examples, batch: batchSize } = setting.evaluation;
  return owning((own) =>
    lookForMasking(
      classifier(network, params),
      own(test.take(Math.min(LOOKED_AT, examples))),
      threatOf(described),
      comparedAttacks(setting),
      { key: root.child('masking', described.norm), batchSize, ...loop },
    ),
  );
}

function curveIn(
  { network: net, test, setting, root }: ImagesWorld,
  params: Params,
  network: NetworkName,
  described: Described,
  loop: LoopOptions,
): Promise<RadiusCurve> {
  const { probeExamples, batch: batchSize } = setting.evaluation;
  const { norm } = described;
  return owning(async (own) => {
    const { points } = await measureCurve(classifier(net, params), own(test.take(probeExamples)), {
      threat: threatOf(described),
      multiples: CURVE,
      attack: (threat) => probeAttack(threat, setting),
      key: root.child('curve', norm),
      batchSize,
      ...loop,
    });
    return { network, norm, points };
  });
}

/**
 * The networks without an attacker and under the probe, under the standard battery in each norm, and against the radius.
 *
 * @param world - Gives the run's images and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function accuracyStages(world: () => Promise<ImagesWorld>, setting: MainSetting): readonly Stage[] {
  const attacked = attackedBy(setting);
  const slices = slicesOf(setting);
  return [
    ...judgedNetworks(setting).map((network) =>
      ofNetworks(nameOf.judged(network), [network], world, ({ world: here, params, loop }) =>
        judge(here, params[network], loop),
      ),
    ),
    ...attacked.flatMap(({ network, described }) =>
      slices.map((indices, slice) =>
        ofNetworks(nameOf.slice(network, described, slice), [network], world, ({ world: here, params, loop }) =>
          attackImages(here, params[network], described, indices, loop),
        ),
      ),
    ),
    ...attacked.map(({ network, described }) =>
      ofNetworks(nameOf.curve(network, described), [network], world, ({ world: here, params, loop }) =>
        curveIn(here, params[network], network, described, loop),
      ),
    ),
    ...lookedAt(setting).map(({ network, described }) =>
      ofNetworks(nameOf.masking(network, described), [network], world, ({ world: here, params, loop }) =>
        maskingIn(here, params[network], described, loop),
      ),
    ),
  ];
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @param setting - Its setting.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export async function accuracyMeasures(store: RunStore, setting: MainSetting): Promise<AccuracyMeasures> {
  const attacked = attackedBy(setting);
  return {
    judged: await Promise.all(
      judgedNetworks(setting).map(async (network) => ({
        network,
        ...(await keptMeasure<Judged>(store, nameOf.judged(network))),
      })),
    ),
    robust: await Promise.all(
      attacked.map(async ({ network, described }): Promise<Robust> => {
        const names = slicesOf(setting).map((_, slice) => nameOf.slice(network, described, slice));
        const slices = await Promise.all(names.map((name) => keptMeasure<AttackedSlice>(store, name)));
        return { network, ...described, accuracy: joinSlices(slices), attack: slices[0].attack };
      }),
    ),
    masking: await Promise.all(
      lookedAt(setting).map(async ({ network, described }) => ({
        network,
        ...described,
        found: await readMeasure<Masking>(store, nameOf.masking(network, described)),
      })),
    ),
    curves: await Promise.all(
      attacked.map(({ network, described }) => keptMeasure<RadiusCurve>(store, nameOf.curve(network, described))),
    ),
  };
}
