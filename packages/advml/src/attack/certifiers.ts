import { crown, exactBound, intervalBound, jointBound, lipschitzBound } from '@advml/certify';
import { type Certifier, type Classifier, InputError, type Threat } from '@advml/core';
import type { CertifierWork, CertifyRequest } from './request.ts';

/** Makes the certifier for a threat. */
type Make = (threat: Threat, work: CertifierWork) => Certifier;

/** The certifiers by name; a new one is a line here. */
const CERTIFIERS = {
  joint: (threat, { jointSteps }) => jointBound({ threat, steps: jointSteps }),
  crown: (threat, { slopeSteps }) => crown({ threat, steps: slopeSteps }),
  interval: (threat) => intervalBound({ threat }),
  lipschitz: (threat) => lipschitzBound({ threat }),
  exact: (threat, { nodes }) => exactBound({ threat, nodes }),
} satisfies Readonly<Record<string, Make>>;

type Name = keyof typeof CERTIFIERS;

/** The one that speaks of another classifier than the model itself. */
export const SMOOTHING = 'smoothing';

/** The names that `--certifier` takes. */
export const certifierNames: readonly string[] = [...Object.keys(CERTIFIERS), SMOOTHING, 'auto'];

/** Neurons of one hidden layer up to which an exact search is mostly over in seconds. */
const FEW = 128;

/** The certifiers that suit a model: what is exact where it ends, else the tightest bound there is. */
function suited(model: Classifier): readonly Name[] {
  if (model.nearRidges?.()) return ['joint']; // such models have no steps
  const steps = model.steps?.() ?? [];
  const bends = steps.filter((step) => step.kind !== 'affine');
  const isShallow = steps.length > 0 && bends.every((step) => step.kind === 'bend') && bends.length <= 1;
  const neurons = bends[0]?.shape.reduce((product, length) => product * length, 1) ?? 0;
  if (isShallow && neurons <= FEW) return ['exact'];
  return model.ridges?.() ? ['joint'] : ['crown'];
}

/** Which certifier reads which option; `auto` may come to each but smoothing. */
export const OPTIONS_OF = {
  nodes: 'exact',
  'slope-steps': 'crown',
  'joint-steps': 'joint',
  sigma: SMOOTHING,
  samples: SMOOTHING,
  alpha: SMOOTHING,
} as const;

/** Refuses a name that `--certifier` does not take, and smoothing without its noise. */
export function requireCertifier({ certifier, smoothing }: CertifyRequest): void {
  if (!certifierNames.includes(certifier))
    throw new InputError(`--certifier must be one of ${certifierNames.join(', ')}, got '${certifier}'`);
  if (certifier === SMOOTHING && !smoothing)
    throw new InputError('--certifier smoothing needs --sigma, the deviation of its noise, such as the radius itself');
}

/**
 * The certifiers of a name, for any threat.
 *
 * @param name - One of {@link certifierNames}, but for smoothing.
 * @param work - How hard they work.
 * @param model - What is certified, which decides what `auto` is.
 * @returns One function a certifier.
 */
export function certifiersNamed(
  name: string,
  work: CertifierWork,
  model: Classifier,
): readonly ((threat: Threat) => Certifier)[] {
  const names = name === 'auto' ? suited(model) : [name as Name];
  return names.map((own) => (threat) => (CERTIFIERS[own] as Make)(threat, work));
}
