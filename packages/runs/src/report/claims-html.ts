import type { Claim } from '../claim.ts';
import { escapeHtml, tableHtml } from './html.ts';
import { detailLine, numberOf } from './numbers.ts';
import { verdictClass } from './summary.ts';

const HEADING = ['Claim', 'Outcome', 'What is claimed', 'Number', 'Measured, 95% interval', 'Bar'];

/**
 * The claims of a run, with the numbers behind each.
 *
 * @param claims - The claims.
 * @param caveat - Why their verdicts are none, if they are none.
 * @returns HTML.
 */
export function claimsHtml(claims: readonly Claim[], caveat?: string): string {
  const outcome = ({ holds }: Claim) => (holds ? 'holds' : 'does not hold');
  const rows = claims.map((claim) => [
    claim.id,
    outcome(claim),
    claim.statement,
    claim.quantity,
    numberOf(claim),
    claim.bar,
  ]);
  const table = tableHtml(HEADING, rows)
    .replaceAll(
      '<td data-label="Outcome">holds',
      `<td data-label="Outcome" class="${verdictClass(true, caveat)}">holds`,
    )
    .replaceAll(
      '<td data-label="Outcome">does',
      `<td data-label="Outcome" class="${verdictClass(false, caveat)}">does`,
    );
  const notes = claims.map(
    ({ id, detail }) => `<li><strong>${escapeHtml(id)}</strong> ${escapeHtml(detailLine(detail))}</li>`,
  );
  return `<h2 id="_claims">Claims</h2>${table}<details><summary>Other numbers behind each claim</summary><ul>${notes.join('\n')}</ul></details>`;
}
