import type { Certification } from './certification.ts';
import type { Proportion } from './clopper-pearson.ts';
import type { CertifiedAccuracy, EvaluationPoint, ExampleRecord } from './evaluation.ts';
import type { Ledger } from './ledger.ts';

/** Gives the share of examples, by position, of which something holds. */
type Share = (holds: (at: number) => boolean) => Proportion;

type Verdict = NonNullable<ExampleRecord['verdict']>;

/** What is known of an example at a radius; what is certified at a larger one is certified there. */
function verdictOf({ radius }: Certification, { distance }: Ledger, eps: number, at: number): Verdict {
  if (distance[at] <= eps) return 'broken';
  return eps === 0 || radius[at] >= eps ? 'certified' : 'undecided'; // at radius 0 the model's own output decides
}

/** What is proved at one radius of the curve. */
export function certifiedPoint(
  proved: Certification,
  ledger: Ledger,
  eps: number,
  share: Share,
): Required<Pick<EvaluationPoint, 'certified' | 'exact'>> {
  const certified = share((at) => verdictOf(proved, ledger, eps, at) === 'certified');
  const undecided = share((at) => verdictOf(proved, ledger, eps, at) === 'undecided');
  return { certified, exact: undecided.successes === 0 ? certified : null };
}

/** What is proved at the threat's radius. */
export function certifiedAccuracy(proved: Certification, ledger: Ledger, eps: number, share: Share): CertifiedAccuracy {
  const { certified, exact } = certifiedPoint(proved, ledger, eps, share);
  return {
    accuracy: certified,
    exact,
    undecided: share((at) => verdictOf(proved, ledger, eps, at) === 'undecided'),
    certifiers: proved.alone.map(({ certifier, certified }) => ({ certifier, accuracy: share((at) => certified[at]) })),
  };
}

/** What is proved of one example. */
export function certifiedRecord(
  proved: Certification,
  ledger: Ledger,
  eps: number,
  at: number,
): Required<Pick<ExampleRecord, 'verdict' | 'bound' | 'certifiedRadius'>> {
  const orNull = (value: number) => (value > -Infinity ? value : null);
  return {
    verdict: verdictOf(proved, ledger, eps, at),
    bound: orNull(proved.bound[at]),
    certifiedRadius: orNull(proved.radius[at]),
  };
}
