// What training has come to, in numbers and as curves over its steps.
import { LineChart } from '../ui/line-chart.tsx';
import { type Leg, stepsOf } from './course.ts';
import type { Moment } from './session.ts';

interface CurvesProps {
  readonly moments: readonly Moment[];
  readonly course: readonly Leg[];
  readonly dimension: number;
}

const percent = (value: number) => `${Math.round(100 * value)}%`;
const kinds = ['clean', 'attacked', 'certified'] as const;
const meanings = {
  clean: 'right as they are',
  attacked: 'right under our attack',
  certified: 'proved: no attack succeeds',
} as const;

/** Where training turned to examples of another kind. */
const turns = (course: readonly Leg[]) =>
  course
    .map(({ kind }, at) => ({ at: stepsOf(course.slice(0, at)), label: `${kind} examples` }))
    .filter(({ at }) => at > 0)
    .slice(-1);

/** About the cosine of a random vector with any direction. */
const random = (dimension: number) => Math.sqrt(2 / (Math.PI * dimension));

export function Curves({ moments, course, dimension }: CurvesProps) {
  const measured = moments.filter(({ accuracies }) => accuracies);
  const last = measured.at(-1)?.accuracies;
  const x = { label: 'training steps', domain: [0, Math.max(600, stepsOf(course))] } as const;
  const mixture = moments.at(-1)?.mixture;
  return (
    <>
      <figure>
        <figcaption>
          <strong>Accuracy</strong> on {last?.examples ?? 50} new examples. The truth under attack lies between{' '}
          <em>certified</em> and <em>attacked</em>.
        </figcaption>
        <dl class="numbers">
          {kinds.map((kind) => (
            <div key={kind} class={kind}>
              <dt>{kind}</dt>
              <dd>
                <output data-figure={kind}>{last ? percent(last[kind] / last.examples) : '–'}</output>
                <small>{meanings[kind]}</small>
              </dd>
            </div>
          ))}
        </dl>
        <LineChart
          description="Clean, attacked and certified accuracy over training steps; the last values stand above."
          lines={kinds.map((kind) => ({
            className: kind,
            points: measured.map(({ step, accuracies }) => [step, accuracies![kind] / accuracies!.examples] as const),
          }))}
          x={x}
          y={{ label: 'accuracy', domain: [0, 1], format: percent }}
          marks={turns(course)}
        />
      </figure>
      <figure>
        <figcaption>
          <strong>The dense mixture</strong>: cosine of a neuron with the sum of all features, on average{' '}
          <output data-figure="mixture">{mixture?.toFixed(3) ?? '–'}</output>. A random neuron has{' '}
          {random(dimension).toFixed(2)} (dashed).
        </figcaption>
        <LineChart
          description={`Mean cosine with the mixture over training steps, now ${mixture?.toFixed(3) ?? 'unknown'}.`}
          lines={[
            { className: 'mixture', points: moments.map(({ step, mixture: value }) => [step, value] as const) },
            { className: 'baseline', points: x.domain.map((step) => [step, random(dimension)] as const) },
          ]}
          x={x}
          y={{ label: 'cosine', domain: [0, 0.8] }}
          marks={turns(course).map((mark) => ({ ...mark, isOnTop: true }))}
          height={170}
        />
      </figure>
    </>
  );
}
