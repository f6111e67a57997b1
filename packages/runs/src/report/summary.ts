import { durationText } from '@advml/core/internal';
import type { Claim } from '../claim.ts';
import type { RunRecord } from '../store/run-record.ts';
import { escapeHtml } from './html.ts';

/**
 * How a verdict looks.
 *
 * @param holds - The verdict.
 * @param caveat - Why it is none, if it is none.
 * @returns A class of the page's style.
 */
export function verdictClass(holds: boolean, caveat?: string): string {
  if (caveat) return 'quiet';
  return holds ? 'holds' : 'fails';
}

/**
 * What came out: how many claims hold, and which.
 *
 * @param claims - The claims.
 * @param caveat - What must be known to read them; it comes first.
 * @returns HTML.
 */
export function verdictHtml(claims: readonly Claim[], caveat?: string): string {
  const held = claims.filter(({ holds }) => holds).length;
  const verdict = claims.length > 0 ? `${held} of ${claims.length} claims hold` : 'No claims were judged';
  const chips = claims.map(
    ({ id, holds }) =>
      `<li><a class="${verdictClass(holds, caveat)}" href="#_claims" title="${holds ? 'holds' : 'does not hold'}">${escapeHtml(id)} ${holds ? '✓' : '✗'}</a></li>`,
  );
  return `${caveat ? `<p class="quiet">${escapeHtml(caveat)}</p>\n` : ''}<p class="verdict">${verdict}</p>
<ul class="chips">${chips.join('\n')}</ul>`;
}

/**
 * How a run was made.
 *
 * @param record - What the run is.
 * @param command - What makes it again, where there is such a line.
 * @returns HTML.
 */
export function factsHtml({ preset, seeds, started, seconds, module }: RunRecord, command?: string): string {
  const facts: readonly (readonly [string, string])[] = [
    ['Preset', escapeHtml(preset)],
    [seeds.length === 1 ? 'Seed' : 'Seeds', seeds.join(', ')],
    ['Started', escapeHtml(started.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'))],
    ...(seconds === undefined ? [] : [['Took', durationText(seconds)] as const]),
    ...(module && module.digests.length > 1
      ? [['Changed', `the experiment's file, ${module.digests.length - 1} times since the run began`] as const]
      : []),
    ...(command === undefined ? [] : [['Again by', `<code>${escapeHtml(command)}</code>`] as const]),
  ];
  return `<dl class="facts">${facts.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('\n')}</dl>`;
}
