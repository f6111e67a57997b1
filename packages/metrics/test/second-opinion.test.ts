// What an evaluation comes to in words, on evaluations that are known: from tables, and from models.
import { pgd, square } from '@advml/attacks';
import { type AttackKind, ball, type Classifier, key, l2 } from '@advml/core';
import { linearScore } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { div, mul, round, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { clopperPearson, type Evaluation, evaluate, modelCard, modelCardText, secondOpinion } from '../src/index.ts';
import { linearCertifier } from './simple-certifiers.ts';

const attackOf = (kind: AttackKind, successes: number, trials = 400) => ({
  attack: `a ${kind} attack | with a bar`,
  kind,
  accuracy: clopperPearson(successes, trials),
  alone: 0,
  gradients: 1,
  queries: 1,
  zeroGradients: 0,
  curve: [],
});

/** Records of 400 examples, 380 right, of which attacks leave so many, the first ones. */
const recordsOf = (...left: readonly number[]) =>
  Array.from({ length: 400 }, (_, at) => ({
    correct: at < 380,
    distances: left.map((count) => (at < count || at >= 380 ? null : 0.02)),
  })) as unknown as Evaluation['records'];

/** 400 examples, 380 right, 200 of them still under attack. */
const found = (changes: Partial<Evaluation> = {}): Evaluation => ({
  threat: 'linf eps 0.03137 in [0, 1]',
  eps: 8 / 255,
  clean: clopperPearson(380, 400),
  accuracy: clopperPearson(200, 400),
  attacks: [attackOf('white-box', 200), attackOf('black-box', 220)],
  curve: [],
  records: recordsOf(200, 220),
  cost: { gradients: 0, queries: 0 },
  masking: [],
  checked: ['zero-gradients', 'black-box-better'],
  warnings: [],
  ...changes,
});
const certified = (successes: number, exact: boolean) => ({
  accuracy: clopperPearson(successes, 400),
  exact: exact ? clopperPearson(successes, 400) : null,
  undecided: clopperPearson(200 - successes, 400),
  certifiers: [{ certifier: 'CROWN', accuracy: clopperPearson(successes, 400) }],
});
const masking = [{ id: 'zero-gradients', message: 'the gradient was zero on 40.0%', figures: {} }] as const;

describe('a second opinion', () => {
  test.each<[string, Partial<Evaluation>]>([
    ['plausible', {}],
    ['exact', { masking, eps: 0 }],
    ['doubtful', { masking }],
    ['thin', { attacks: [attackOf('white-box', 200)] }],
    ['thin', { attacks: [attackOf('black-box', 200)], checked: [] }],
    ['bounded', { certified: certified(150, false) }],
    ['doubtful', { certified: certified(150, false), masking }],
    ['exact', { certified: certified(200, true), masking }],
    ['exact', { accuracy: clopperPearson(0, 400), masking }], // what is broken is broken
    ['empty', { clean: clopperPearson(0, 400), accuracy: clopperPearson(0, 400) }],
  ])('is %s: %#', (credibility, changes) => {
    expect(secondOpinion(found(changes)).credibility).toBe(credibility);
  });

  test('says figures, kinds, signs and the interval in words', () => {
    const { found: says, reasons, advice } = secondOpinion(found({ certified: certified(150, false), masking }));
    expect(says).toBe(
      'The model is right on 95.0% of 400 examples, and still right on 50.0% [45.0%, 55.0%] under every perturbation that was found within linf eps 0.03137 in [0, 1]: 180 of 380 right answers were broken. Of all examples 37.5% are proved right under every such perturbation, and 12.5% are neither proved nor broken.',
    );
    expect(reasons).toEqual([
      'Attacks: 1 along the gradient and 1 by outputs only.',
      'Sign of a masked gradient, zero-gradients: the gradient was zero on 40.0%.',
      'Signs of a masked gradient that were looked for: zero-gradients and black-box-better; seen: 1.',
      '400 examples: the 95% interval of the robust accuracy is [45.0%, 55.0%].',
      'Certified by CROWN.',
    ]);
    expect(advice).toEqual([expect.stringContaining('stand-in')]);
    const [first, second] = found().attacks;
    const alone = (own: number, other: number) =>
      secondOpinion(
        found({
          attacks: [
            { ...first, alone: own },
            { ...second, alone: other },
          ],
        }),
      ).reasons.join();
    expect(alone(3, 0)).toContain('Examples that one attack alone broke: a white-box attack | with a bar (3).');
    expect(alone(170, 10)).not.toContain('alone'); // each got what the other left
    const few = { accuracy: clopperPearson(9, 10), clean: clopperPearson(9, 10), attacks: [attackOf('noise', 9, 10)] };
    expect(secondOpinion(found(few)).advice).toEqual([
      'Add attacks along the gradient; on a model that has none, transfer from another one.',
      expect.stringContaining('such as Square'),
      expect.stringContaining('Nothing broke'),
      expect.stringContaining('Take more examples'),
    ]);
  });
});

test('a warning that asks ends as it is', () => {
  const { reasons } = secondOpinion(found({ warnings: ['wrong layout?', 'the budget was spent'] }));
  expect(reasons.slice(-2)).toEqual(['Warning: wrong layout?', 'Warning: the budget was spent.']);
});

describe('of models', () => {
  const values = key('second opinion', 'x').normal(60 * 6);
  const linear = linearScore([1, -2, 0.5, 1, 0.3, -1]);
  const battery = [
    { kind: 'white-box' as const, attack: (threat: typeof wide) => pgd({ threat, steps: 10 }) },
    { kind: 'black-box' as const, attack: (threat: typeof wide) => square({ threat, queries: 200 }) },
  ];
  const wide = ball(l2, 0.6);
  const opinionOf = async (model: Classifier, certifiers = {}) => {
    const x = tensor2d(values, [60, 6]);
    const y = tensor1d(Float32Array.from(linear.model(x).dataSync(), Math.sign));
    return secondOpinion(
      await evaluate(model, { x, y }, wide, battery, { key: key('second opinion'), diagnosed: 0, ...certifiers }),
    );
  };
  beforeAll(async () => {
    await useWasm();
  });

  test('a linear one is believed, and exact with its certificate; one behind a staircase is not', async () => {
    expect((await opinionOf(linear.model)).credibility).toBe('plausible');
    const certifiers = [(threat: typeof wide) => linearCertifier(linear, threat, { tells: true })];
    expect((await opinionOf(linear.model, { certifiers })).credibility).toBe('exact');
    expect((await opinionOf((x) => linear.model(div(round(mul(x, 4)), 4)))).credibility).toBe('doubtful');
  });
});

describe('a model card', () => {
  const source = { seed: 3, versions: { advml: '1.2.3' }, model: 'ab'.repeat(32), standard: true };

  test('has the fields of RobustBench, null where they are not known, and ours apart', () => {
    const card = modelCard(found(), { ...source, facts: { name: 'mine', dataset: 'cifar10' } });
    const { advml: own, ...fields } = card;
    expect(fields).toEqual({
      link: null,
      name: 'mine',
      authors: null,
      additional_data: null,
      number_forward_passes: null,
      dataset: 'cifar10',
      venue: null,
      architecture: null,
      eps: '8/255',
      clean_acc: '95.00',
      reported: null,
      autoattack_acc: '50.00',
      unreliable: false,
    });
    expect(own).toMatchObject({ robust_acc: '50.00', interval: ['44.99', '55.01'], certified_acc: null, seed: 3 });
    expect(own.cite).toBe(
      'Robust accuracy 50.00% (95% interval 44.99% to 55.01%) on 400 examples under linf eps 0.03137 in [0, 1], accuracy without attack 95.00%; advml 1.2.3, seed 3, model SHA-256 abababababababab.',
    );
    expect(JSON.parse(JSON.stringify(card))).toEqual(card);
    const beside = [attackOf('one-step', 260), attackOf('noise', 160)]; // noise breaks 40 that the battery left
    const more = { accuracy: clopperPearson(160, 400), attacks: [...found().attacks, ...beside] };
    expect(modelCard(found({ ...more, records: recordsOf(200, 220, 260, 160) }), source)).toMatchObject({
      autoattack_acc: '50.00',
      advml: { robust_acc: '40.00' },
    });
    expect(modelCard(found({ eps: 0.01 }), source).autoattack_acc).toBe('95.00'); // broken at larger radii only
    const other = modelCard(found({ masking, eps: 0.1 }), { ...source, standard: false });
    expect(other).toMatchObject({ eps: '0.1', autoattack_acc: null, unreliable: true });
    expect([1, 0.2, 16 / 255].map((eps) => modelCard(found({ eps }), source).eps)).toEqual(['1', '0.2', '16/255']);
    const sure = found({ accuracy: clopperPearson(200, 400, 0.954) });
    expect(modelCard(sure, source).advml.cite).toContain('(95.4% interval');
    expect(secondOpinion(sure).reasons.join(' ')).toContain('the 95.4% interval');
  });

  test('reads as Markdown whose tables hold, whatever the names are', () => {
    const text = modelCardText(modelCard(found(), { ...source, facts: { name: 'a|b\nc' } }));
    expect(text).toContain('# a\\|b c under linf eps 0.03137 in [0, 1]\n');
    expect(text).toContain('| a white-box attack \\| with a bar | 50.00 |\n');
    expect(text).toContain('| worst case of each example | 50.00 [44.99, 55.01] |');
    expect(text).toContain('| autoattack_acc | 50.00 |');
    for (const line of text.split('\n').filter((own) => own.startsWith('|')))
      expect([line, line.replaceAll('\\|', '').split('|').length]).toEqual([line, 4]);
  });

  test('refuses a misspelt option', () => {
    expect(() => modelCard(found(), { ...source, fact: {} } as never)).toThrow('fact');
  });
});
