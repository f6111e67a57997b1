import { type Certifier, describeThreat, InputError, type Threat } from '@advml/core';
import { certifierOn } from '@advml/core/internal';
import type { Proven } from './certify-slice.ts';
import type { JobRunner } from './evaluation-runner.ts';
import { SLACK } from './grade.ts';
import { enterFound, type Ledger } from './ledger.ts';

/** What certifiers have proved of every example. */
export interface Certification {
  /** Best lower bound of the margin at the threat's radius; minus infinity where nothing is known. */
  readonly bound: Float64Array;
  /** Largest radius at which an example is certified; minus infinity where there is none. */
  readonly radius: Float64Array;
  /** The certifiers, and what each of them has certified at the threat's radius. */
  readonly alone: readonly { readonly certifier: string; readonly certified: readonly boolean[] }[];
}

/** What one certifier said of some examples. */
interface Statement {
  readonly certifier: Certifier;
  readonly positions: readonly number[];
  readonly proven: readonly Proven[];
}

/** What float32 may change of a margin, as a share of the size of outputs. */
const ROUNDING = 1e-4;

/**
 * Certifies at the threat's radius every example that the model gets right, broken ones too, and at the others those that are
 * neither certified at a larger radius nor known to break there.
 *
 * @throws InputError if a certificate and an input that was found contradict each other.
 */
export async function certification(
  { prove }: Pick<JobRunner, 'prove'>,
  threat: Threat,
  certifiers: readonly ((threat: Threat) => Certifier)[],
  radii: readonly number[],
  ledger: Ledger,
): Promise<Certification> {
  const clean = ledger.margins.get(0) as Float64Array;
  const correct = [...clean.keys()].filter((at) => clean[at] > 0);
  const bound = new Float64Array(clean.length).fill(-Infinity);
  const radius = bound.slice();
  const statements: Statement[] = [];
  const ask = async (make: (threat: Threat) => Certifier, eps: number, positions: readonly number[]) => {
    const certifier = certifierOn('evaluate', { ...threat, eps }, make);
    const proven = await prove(certifier, positions);
    for (const [at, position] of positions.entries()) enterProven(ledger, certifier, position, proven[at]);
    statements.push({ certifier, positions, proven });
    return { certifier, proven };
  };

  const alone = [];
  for (const make of certifiers) {
    const { certifier, proven } = await ask(make, threat.eps, correct);
    const certified = new Array<boolean>(clean.length).fill(false);
    for (const [at, position] of correct.entries()) {
      bound[position] = Math.max(bound[position], boundOf(proven[at]));
      certified[position] = boundOf(proven[at]) > 0;
      if (certified[position]) radius[position] = threat.eps;
      ledger.loss[position] = Math.max(ledger.loss[position], -(proven[at].margin ?? Infinity));
    }
    alone.push({ certifier: certifier.label, certified });
  }
  for (const eps of radii.toSorted((a, b) => b - a)) {
    for (const make of certifiers) {
      const positions = correct.filter((at) => radius[at] < eps && ledger.distance[at] > eps);
      const { proven } = await ask(make, eps, positions);
      for (const [at, position] of positions.entries()) if (boundOf(proven[at]) > 0) radius[position] = eps;
    }
  }
  requireAgreement(statements, ledger);
  return { bound, radius, alone };
}

const boundOf = ({ bound }: Proven): number => bound ?? -Infinity;

/** Enters the worst input that a proof came upon, which may break its example. */
function enterProven(
  ledger: Ledger,
  { label, threat }: Certifier,
  position: number,
  { margin, distance }: Proven,
): void {
  if (margin === null || distance === null) return;
  const by = { attack: label, attackGradients: null, attackQueries: null };
  enterFound(ledger, threat.eps, position, { margin, distance }, by);
}

/**
 * Refuses a certificate that an input within its threat contradicts, for then one of them is wrong.
 *
 * A certificate is a statement in exact arithmetic, and margins are measured in float32, at inputs that may leave the ball by a
 * rounding. So a margin may be below its bound by 1e-4 of the size of outputs (the example's own, or the mean of all if that is
 * larger: terms that cancel are rounded too) and by that share of the function's change within the ball by which rounding may
 * carry inputs beyond it.
 */
function requireAgreement(statements: readonly Statement[], ledger: Ledger): void {
  const clean = ledger.margins.get(0) as Float64Array;
  const sizes = statements[0]?.proven.map(({ outputSize }) => outputSize) ?? [];
  const usual = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  for (const { certifier, positions, proven } of statements) {
    const { eps } = certifier.threat;
    for (const [at, position] of positions.entries()) {
      const { outputSize, inputSize } = proven[at];
      const bound = boundOf(proven[at]);
      const outside = eps > 0 ? SLACK.eps + (SLACK.input * inputSize) / eps : 0;
      const slack = ROUNDING * Math.max(outputSize, usual) + outside * Math.max(clean[position] - bound, 0);
      const reached = leastMargin(ledger, position, eps);
      if (reached < bound - slack)
        throw new InputError(
          `${certifier.label} proves a margin of at least ${bound} on example ${position} within ${describeThreat(certifier.threat)}, and an input there has ${reached}: a certificate and an attack contradict each other, so that certifier does not fit this model or is wrong; leave it out`,
        );
    }
  }
}

/** Smallest margin of an example that is known at inputs within a radius. */
function leastMargin({ margins, distance }: Ledger, position: number, eps: number): number {
  let least = distance[position] <= eps ? 0 : Infinity; // broken that close by an attack of a larger radius
  for (const [radius, own] of margins) if (radius <= eps) least = Math.min(least, own[position]);
  return least;
}
