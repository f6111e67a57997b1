import { crown } from '@advml/certify';
import { type Classifier, classifier, InputError, type LoopOptions, type Params } from '@advml/core';
import { evaluate } from '@advml/metrics';
import { keptMeasure, owning, type RunStore, type Stage } from '@advml/runs';
import { probeMembers } from '../attacks.ts';
import type { MainSetting } from '../main-setting.ts';
import { ofNetworks } from '../network-stage.ts';
import { type NetworkName, robustIn } from '../networks.ts';
import { type ImagesWorld, threatOf } from '../world.ts';
import type { CertificationMeasures, Certified, Refused } from './measures.ts';
import type { CertificationSetting } from './setting.ts';

type Described = MainSetting['threats'][number];

const nameOf = (network: NetworkName, { norm }: Described) => `certified/${network}-${norm}`;

/** The network after clean training in every norm, and each that was trained adversarially in its own; none where no examples are wanted. */
const wantedBy = (setting: CertificationSetting) =>
  setting.certificates.examples === 0
    ? []
    : setting.threats.flatMap((described) =>
        (['clean', robustIn(described.norm)] as const).map((network) => ({ network, described })),
      );

/** Why bounds cannot go through a model, if they cannot. */
function refusal(model: Classifier): string | undefined {
  try {
    model.steps?.();
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

function certify(
  { network: net, test, setting, root }: ImagesWorld<CertificationSetting>,
  params: Params,
  network: NetworkName,
  described: Described,
  loop: LoopOptions,
): Promise<Certified | Refused> {
  const { certificates, evaluation } = setting;
  const { norm, eps } = described;
  const model = classifier(net, params);
  const refused = refusal(model);
  if (refused !== undefined) return Promise.resolve({ network, norm, refused });
  const radii = certificates.multiples.map((multiple) => multiple * eps).toSorted((a, b) => a - b);
  const largest = radii[radii.length - 1];
  return owning(async (own) => {
    const batch = own(test.take(certificates.examples));
    const { curve } = await evaluate(model, batch, { ...threatOf(described), eps: largest }, probeMembers(setting), {
      key: root.child('certified', norm),
      eps: radii.slice(0, -1),
      certifiers: [(threat) => crown({ threat, steps: certificates.steps, neurons: certificates.neurons })],
      diagnosed: 0,
      batchSize: evaluation.batch,
      ...loop,
    });
    return { network, norm, points: curve.map(({ exact, ...point }) => (exact ? { ...point, exact } : point)) };
  });
}

/**
 * What is proved and what attacks leave at small radii, network by network; where the two contradict each other, an error.
 *
 * @param world - Gives the run's images and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function certificationStages(
  world: () => Promise<ImagesWorld<CertificationSetting>>,
  setting: CertificationSetting,
): readonly Stage[] {
  return wantedBy(setting).map(({ network, described }) =>
    ofNetworks(nameOf(network, described), [network], world, ({ world: here, params, loop }) =>
      certify(here, params[network], network, described, loop),
    ),
  );
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @param setting - Its setting.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export async function certificationMeasures(
  store: RunStore,
  setting: CertificationSetting,
): Promise<CertificationMeasures> {
  return Promise.all(
    wantedBy(setting).map(({ network, described }) =>
      keptMeasure<Certified | Refused>(store, nameOf(network, described)),
    ),
  );
}
