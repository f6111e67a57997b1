// What was learned from so far, in order. The same course from the same setting ends in the same bits, so an address holds it.

/** What the network learns from. */
export type Kind = 'clean' | 'attacked';

/** Steps of one kind that follow each other. */
export interface Leg {
  /** What they learned from. */
  readonly kind: Kind;
  /** How many there were. */
  readonly steps: number;
}

/** Most steps of a course, so that whoever opens an address need not wait for ever. */
export const MOST = 5000;

/** All steps of a course. */
export const stepsOf = (course: readonly Leg[]): number => course.reduce((sum, { steps }) => sum + steps, 0);

/** The course after more steps of a kind. */
export function extended(course: readonly Leg[], kind: Kind, steps: number): readonly Leg[] {
  const last = course.at(-1);
  if (last?.kind !== kind) return [...course, { kind, steps }];
  return [...course.slice(0, -1), { kind, steps: last.steps + steps }];
}

/** Such as `c200a80`: 200 steps on clean examples, then 80 on attacked ones. */
export const courseText = (course: readonly Leg[]): string =>
  course.map(({ kind, steps }) => `${kind[0]}${steps}`).join('');

/** The course that a text stands for; an empty one if it stands for none. */
export function parseCourse(text: string | null): readonly Leg[] {
  if (!text || !/^(?:[ca]\d{1,4})+$/.test(text)) return [];
  const legs = text.match(/[ca]\d+/g) ?? [];
  const course = legs.reduce<readonly Leg[]>(
    (before, leg) => extended(before, leg[0] === 'c' ? 'clean' : 'attacked', Number(leg.slice(1))),
    [],
  );
  return stepsOf(course) > MOST || course.some(({ steps }) => steps === 0) ? [] : course;
}

/** The next steps on the way from one course to another, at most so many; nothing where it has arrived, or left the way. */
export function nextLeg(from: readonly Leg[], to: readonly Leg[], most: number): Leg | undefined {
  const at = Math.max(0, from.length - 1);
  const same = (leg: Leg, place: number) => leg.kind === to[place]?.kind && leg.steps <= to[place].steps;
  if (!from.every((leg, place) => same(leg, place) && (place === at || leg.steps === to[place].steps)))
    return undefined;
  const left = to.length > 0 ? to[at].steps - (from[at]?.steps ?? 0) : 0;
  const next = left > 0 ? { kind: to[at].kind, steps: left } : to[at + 1];
  return next && { kind: next.kind, steps: Math.min(most, next.steps) };
}
