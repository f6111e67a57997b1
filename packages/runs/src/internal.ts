/**
 * What only the packages of advml share: how runs are, and the parts of their pages; Node only. It may change with any version.
 *
 * @packageDocumentation
 */

// How runs are
export { inShell, resumeCommand } from './store/in-shell.ts';
export { type RunState, type SeenRun, seenRun } from './store/run-state.ts';
export { sameModule } from './store/run-module.ts';
export { resultsIn } from './sweep/results/rows.ts';
export { type SweptRun, sweptRuns } from './sweep/results/states.ts';
export { type KeptClaims, readClaims } from './store/claims-file.ts';

// Parts of pages
export { claimsHtml } from './report/claims-html.ts';
export { escapeHtml, pageStyle, tableHtml, tableOfHtml } from './report/html.ts';
export { factsHtml, verdictClass, verdictHtml } from './report/summary.ts';
