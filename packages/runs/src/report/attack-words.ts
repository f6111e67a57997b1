/** What attacks and certifiers are called, as the beginning of a label, and what they do. */
const KINDS: readonly (readonly [string, string])[] = [
  ['PGD', 'raises the loss by steps along its gradient, and after each goes back to the nearest allowed point'],
  ['APGD', 'is PGD that, where it stops to gain, goes back to the best point and on with shorter steps'],
  ['BIM', 'raises the loss by small steps along its gradient, from the example itself'],
  ['MI-FGSM', 'raises the loss by steps along the gradients gathered so far'],
  ['FGM', 'moves once along the gradient of the loss, as far as it may'],
  ['FGSM', 'moves once along the signs of the gradient of the loss, as far as it may'],
  ['SLIDE', 'raises the loss by the inputs with the largest gradients alone'],
  ['FAB', 'looks for the nearest point of another class, and at each step takes the boundary for flat'],
  ['DeepFool', 'walks to the nearest boundary, which at each step it takes for flat'],
  ['DDN', 'looks for the smallest change that makes the network wrong'],
  ['FMN', 'looks for the smallest change that makes the network wrong'],
  ['C&W', 'looks for the smallest change that makes the network wrong'],
  ['Square', 'tries random squares and keeps what helps; it uses no gradient'],
  ['HopSkipJump', 'walks along the boundary towards the example, and sees only what the network decides'],
  ['dense mixture', 'moves against the label along the sum of all features, without a look at the network'],
  ['noise', 'adds random noise'],
  ['sparse PGD', 'moves a few inputs as far as it may, and learns by the way which ones'],
  ['sigma-zero', 'looks for the fewest inputs whose change makes the network wrong'],
  ['ridge search', 'raises the loss along gradients of smoother and then less and less smooth forms of the network'],
  ['universal perturbation', 'adds the same change to every example'],
  [
    'joint bound',
    'is no attack but a proof: no change of this size moves all neurons together so far that the label loses',
  ],
  ['CROWN', 'is no attack but a proof: each margin is bounded by a linear function, from the output back to the input'],
  ['IBP', 'is no attack but a proof: the range of every neuron, layer by layer'],
  [
    'Lipschitz',
    'is no attack but a proof: no change of this size moves the output farther than the norms of the layers let it',
  ],
  ['exact', 'is no attack but a proof: it searches all changes of this size for the least margin'],
  [
    'smoothing',
    'is no attack but a proof that may be wrong with a small probability: of the votes of noisy inputs, not of the network',
  ],
];

/** The other parts of labels. */
const MANNERS: readonly (readonly [RegExp, string, string])[] = [
  [/^no random start$/, 'no random start', 'it begins at the example itself'],
  [/^random start$/, 'random start', 'it begins at a random allowed point'],
  [/^chosen start$/, 'chosen start', 'it begins at what another attack has found'],
  [
    /^first from the inputs$/,
    'first from the inputs',
    'its first ascent begins at the example itself, the others at random',
  ],
  [/^step size /, 'step size', 'how long each step is, as a share of the radius'],
  [/^no early stop$/, 'no early stop', 'it goes on with an example that it has fooled'],
  [
    /^gradients of another model$/,
    'gradients of another model',
    'it follows the gradient of a smoother stand-in for the network',
  ],
  [/^crossEntropy$/, 'crossEntropy', 'its loss is the cross-entropy'],
  [/^margin$/, 'margin', 'its loss is the lead of the best wrong class'],
  [/^dlrOrMargin$/, 'dlrOrMargin', 'its loss is the lead of a wrong class, measured against the range of the outputs'],
  [
    /^towards (up to \d+ wrong classes|the (strongest|nearest))/,
    'towards wrong classes',
    'it is made once for each of them',
  ],
  [/^\d+ (times?|restarts)$/, 'N times, N restarts', 'it is made so often, from different points; the worst counts'],
  [
    /^\d+ starts$/,
    'N starts',
    'it begins at so many points; all but the first only for examples that came near an error',
  ],
  [/^\d+ evaluations$/, 'N evaluations', 'so many bounds of the whole ball it tries at most'],
  [/^at most \d+ parts$/, 'at most N parts', 'it leaves an example undecided rather than cut its ball into more'],
  [/^\d+ nodes$/, 'N nodes', 'so many parts of the threat it looks at, at most, for a margin'],
  [/^\d+ queries$/, 'N queries', 'so often it may ask the network'],
];

/** What stands before, between and after attacks in the label of one that is made of them. */
const BETWEEN = /worst of \[|\]|; |\b(?:transfer|smallest eps) of /;

/** A word in the label of an attack. */
export interface AttackTerm {
  /** The word, such as `no random start`. */
  readonly term: string;
  /** What it means. */
  readonly words: string;
}

/**
 * The words that labels of attacks are made of, explained.
 *
 * @param labels - Labels of attacks, also of those that are made of others, such as `worst of [...; ...]`.
 * @returns Each word that occurs in one of them and is known, once.
 */
export function attackTerms(labels: readonly string[]): readonly AttackTerm[] {
  const members = labels.flatMap((label) => label.split(BETWEEN));
  const isKind = (kind: string) => members.some((member) => new RegExp(`^${kind}(-l\\w+)?([, ]|$)`).test(member));
  const parts = members.flatMap((member) => member.split(', ').slice(1));
  return [
    ...KINDS.filter(([kind]) => isKind(kind)).map(([term, words]) => ({ term, words })),
    ...MANNERS.filter(([pattern]) => parts.some((part) => pattern.test(part))).map(([, term, words]) => ({
      term,
      words,
    })),
  ];
}
