/**
 * What attacks are built from: searches, starts, steps, and the grading that makes an attack of any search.
 *
 * @packageDocumentation
 */

export { requireBudget } from './search/budget.ts';
export { graded } from './search/graded.ts';
export { gramAscent } from './ascent/gram-ascent.ts';
export { type Ascent, type AscentPlan, projectedAscent } from './ascent/projected-ascent.ts';
export { type Found, meetsGoal, progress, raised, type Search, type SearchTask, takeTask } from './search/search.ts';
export { gaussianStart } from './search/gaussian-start.ts';
export { type Start, type StartFunction, startDelta } from './search/start.ts';
export { type Slope, type SlopeOptions, slope } from './search/slope.ts';
export { advance, type Step, type StepRule, type Uphill, type UphillOptions, uphill } from './search/uphill.ts';
export { type Candidates, type WorstCase, worstCase } from './search/worst-case.ts';
