import {
  type Certificates,
  type Certifier,
  type CertifierOptions,
  type Classifier,
  InputError,
  type Threat,
} from '@advml/core';
import {
  forBatch,
  intoBox,
  outputOf,
  requireExamples,
  requireFinite,
  requireLabels,
  requireOptions,
  requireStrictNorm,
  requireThreat,
  yieldToEventLoop,
} from '@advml/core/internal';
import { slice, type Tensor, type Tensor1D, tidy, zeros } from '@tensorflow/tfjs-core';

/** Some of the examples that are to be certified; the tensors are only lent. */
export interface CertifyTask {
  /** The model. */
  readonly model: Classifier;
  /** Inputs [batch, ...], inside their box. */
  readonly x: Tensor;
  /** Labels, [batch]. */
  readonly labels: ArrayLike<number>;
  /** Radii in input units, [batch]. */
  readonly radii: readonly number[];
  /** What the model gives: [batch] or [batch, classes]. */
  readonly output: Tensor;
  /** Stops the work. */
  readonly signal?: AbortSignal;
}

/** What is proved of some examples. */
export interface Proof {
  /** Lower bounds of the margins, [batch]. */
  readonly bound: ArrayLike<number>;
  /** The worst inputs that the proof came upon, as {@link Certificates.worst}. Default: none. */
  readonly worst?: Float32Array;
}

/** How a certifier is made. */
export interface CertifierParts {
  /** What it is with its settings. */
  readonly label: string;
  /** The perturbations that it speaks of; a finite radius. */
  readonly threat: Threat;
  /** Examples that are bounded at a time, as many as memory allows. */
  readonly batchSize: number;
  /**
   * Lower bounds of the margins, one an example, alone or with the worst inputs found. Each depends on its example alone.
   *
   * @param task - Some of the examples.
   */
  prove(task: CertifyTask): ArrayLike<number> | Proof | Promise<ArrayLike<number> | Proof>;
}

/**
 * A certifier from the bounds of some examples: it checks what it is given, and takes the examples in slices.
 *
 * @param parts - See {@link CertifierParts}.
 * @returns The certifier.
 * @throws InputError if the threat is none or its radius is infinite.
 */
export function certifierOf({ label, threat, batchSize, prove }: CertifierParts): Certifier {
  requireThreat(label, threat);
  requireStrictNorm(label, threat.norm, 'k entries of a box of width w are within k w in l1');
  if (threat.eps === Infinity)
    throw new InputError(`${label} needs a finite eps, got Infinity; certifiedRadius looks for the largest one`);

  const certify = async (
    model: Classifier,
    given: Tensor,
    y: Tensor1D,
    options: CertifierOptions = {},
  ): Promise<Certificates> => {
    requireOptions<CertifierOptions>('a certifier', options, { eps: true, onProgress: true, signal: true });
    requireExamples(threat, given, y);
    const count = given.shape[0];
    const { radii } = forBatch(threat, count, options.eps);
    const { onProgress, signal } = options;
    const labels = await y.data();
    const bound = new Float64Array(count);
    const worst: Float32Array[] = [];
    requireAllLabels(model, given, y);
    for (let from = 0; from < count; from += batchSize) {
      await yieldToEventLoop(signal, label);
      const to = Math.min(count, from + batchSize);
      const { x, output } = tidy(() => outputAt(model, intoBox(slice(given, from, to - from), threat.box)));
      try {
        requireFinite("the model's output", output);
        const task = { model, x, labels: labels.subarray(from, to), radii: radii.slice(from, to), output, signal };
        const proved = await prove(task);
        const proof = 'bound' in proved ? proved : { bound: proved };
        bound.set(Array.from(proof.bound, orNothing), from);
        if (proof.worst) worst.push(proof.worst);
      } finally {
        x.dispose();
        output.dispose();
      }
      onProgress?.(to, count);
    }
    const certified = Array.from(bound, (least) => least > 0);
    return Object.freeze({ bound, certified, ...(worst.length > 0 && { worst: joined(worst) }), warnings: [] });
  };
  return Object.freeze(Object.assign(certify, { label, threat }));
}

/** Some inputs, and what the model gives for them. */
const outputAt = (model: Classifier, x: Tensor) => ({ x, output: outputOf(model, x) });

/** Refuses labels that do not fit the model, all at once: its outputs for one example tell their kind. */
function requireAllLabels(model: Classifier, x: Tensor, y: Tensor1D): void {
  tidy(() => {
    const { shape } = outputOf(model, slice(x, 0, 1));
    requireLabels(zeros([x.shape[0], ...shape.slice(1)]), y);
  });
}

/** A bound that rounding made NaN proves nothing. */
const orNothing = (bound: number): number => (Number.isNaN(bound) ? -Infinity : bound);

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
