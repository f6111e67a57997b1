import type { Evaluation, ExampleRecord } from '@advml/metrics';
import { type BasicType, type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';

const COLUMNS: readonly (readonly [Exclude<keyof ExampleRecord, 'distances'>, BasicType, 'nullable'?])[] = [
  ['index', 'INT32'],
  ['correct', 'BOOLEAN'],
  ['robust', 'BOOLEAN'],
  ['attack', 'STRING', 'nullable'],
  ['distance', 'DOUBLE', 'nullable'],
  ['attackGradients', 'INT32', 'nullable'],
  ['attackQueries', 'INT32', 'nullable'],
  ['loss', 'DOUBLE'],
  ['gradients', 'INT32'],
  ['queries', 'INT32'],
];

/** Columns of evaluations with certifiers. */
const CERTIFIED: typeof COLUMNS = [
  ['verdict', 'STRING'],
  ['bound', 'DOUBLE', 'nullable'],
  ['certifiedRadius', 'DOUBLE', 'nullable'],
];

/**
 * The records of an evaluation as an Apache Parquet file: one row an example, one column a property, and in place of `distances` one
 * column an attack, `distance: ` with the attack's name.
 *
 * @param found - The evaluation.
 * @returns The file's bytes; the same for the same records.
 */
export function recordsParquet({
  records,
  attacks,
  certified,
}: Pick<Evaluation, 'records' | 'attacks' | 'certified'>): Uint8Array {
  const own = [...COLUMNS, ...(certified ? CERTIFIED : [])].map(
    ([name, type, nullable]): ColumnSource => ({
      name,
      type,
      nullable: nullable !== undefined,
      data: records.map((record) => record[name]),
    }),
  );
  const distances = attacks.map(
    ({ attack }, at): ColumnSource => ({
      name: `distance: ${attack}`,
      type: 'DOUBLE',
      nullable: true,
      data: records.map((record) => record.distances[at]),
    }),
  );
  return new Uint8Array(parquetWriteBuffer({ columnData: [...own, ...distances], createdBy: 'advml' }));
}
