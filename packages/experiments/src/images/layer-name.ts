/**
 * What figures call a layer.
 *
 * @param weight - Name of its weights, with or without the last part, such as `block3.shortcut.conv.weight`.
 * @returns Words, such as `block 3, shortcut conv`.
 * @example
 * ```ts
 * layerName('dense2.weight'); // 'dense 2'
 * ```
 */
export function layerName(weight: string): string {
  const [first, ...others] = weight.replace(/\.weight$/, '').split('.');
  const spaced = (part: string) => part.replace(/(\D)(\d)/g, '$1 $2');
  return [spaced(first), ...(others.length > 0 ? [others.map(spaced).join(' ')] : [])].join(', ');
}
