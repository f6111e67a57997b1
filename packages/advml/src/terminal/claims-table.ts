import { type Claim, numberOf } from '@advml/experiments';
import type { Terminal } from './terminal.ts';

/**
 * The claims as lines for a person.
 *
 * @param claims - Judged claims.
 * @param terminal - For colours.
 * @returns Text that ends in a newline.
 */
export function claimsTable(claims: readonly Claim[], { paint }: Terminal): string {
  const lines = claims.map((claim) => {
    const outcome = claim.holds ? paint('green', 'holds        ') : paint('red', 'does not hold');
    const attack = claim.attack ? `\n                      ${paint('gray', `attack: ${claim.attack}`)}` : '';
    return `  ${paint('bold', claim.id)}  ${outcome}  ${claim.quantity}: ${numberOf(claim)} (bar ${claim.bar})${attack}\n`;
  });
  return lines.join('');
}
