import { type Claim, numberOf } from '@advml/runs';
import type { Terminal } from './terminal.ts';

/**
 * The claims as lines for a person.
 *
 * @param claims - Judged claims.
 * @param terminal - For colours.
 * @param caveat - What must be known to read them; it comes first, and no verdict is painted as one.
 * @returns Text that ends in a newline.
 */
export function claimsTable(claims: readonly Claim[], { paint }: Terminal, caveat?: string): string {
  const lines = claims.map((claim) => {
    const colour = claim.holds ? 'green' : 'red';
    const outcome = paint(caveat ? 'gray' : colour, claim.holds ? 'holds        ' : 'does not hold');
    const by = (what: 'attack' | 'certifier') =>
      claim[what] ? `\n                      ${paint('gray', `${what}: ${claim[what]}`)}` : '';
    return `  ${paint('bold', claim.id)}  ${outcome}  ${claim.quantity}: ${numberOf(claim)} (bar ${claim.bar})${by('attack')}${by('certifier')}\n`;
  });
  return `${caveat ? `  ${paint('gray', caveat)}\n` : ''}${lines.join('')}`;
}
