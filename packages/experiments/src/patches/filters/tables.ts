import type { Table } from '@advml/runs';
import { symbols } from '../networks.ts';
import { type FiltersMeasures, filterNetworks } from './measures.ts';

/**
 * What filters are made of, and how near those of w are to others.
 *
 * @param measures - What a run measured.
 * @returns Two tables.
 */
export function filtersTables({ mass, cosines, random, filters }: FiltersMeasures): readonly Table[] {
  return [
    {
      name: 'filters',
      title: 'Filters and the known features',
      note: `Shares of the squares of all ${filters} filters in the span of the features of a kind, and the share of filters whose largest product is with a robust feature.`,
      columns: ['filters of', 'on robust features', 'on non-robust features', 'random', 'led by a robust feature'],
      rows: filterNetworks.map((name) => {
        const { robust, nonRobust, led } = mass[name];
        return [symbols[name], robust, nonRobust, random, led];
      }),
    },
    {
      name: 'cosines',
      title: 'Filters of w and of adversarially trained networks',
      note: 'Cosine with the filter of the same place: of all filters, and of the larger half of those of the other network.',
      columns: [
        'w beside',
        'median cosine',
        'share > 0.707',
        'share of the larger half > 0.707',
        'its share of the squares',
      ],
      rows: (['robust', 'scratch'] as const).map((name) => [
        symbols[name],
        cosines[name].own.median,
        cosines[name].ofAll,
        cosines[name].purified,
        cosines[name].square,
      ]),
    },
  ];
}
