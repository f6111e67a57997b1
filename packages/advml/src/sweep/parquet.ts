import type { SweepColumn } from '@advml/runs/disk';
import { type BasicType, parquetWriteBuffer } from 'hyparquet-writer';

/** How the cells of a column are kept, by what they are; a column without any is one of words. */
const KINDS: Readonly<Record<string, BasicType>> = { number: 'DOUBLE', boolean: 'BOOLEAN', string: 'STRING' };

/**
 * The table of a sweep as an Apache Parquet file.
 *
 * @param columns - The table.
 * @returns The file's bytes; the same for the same table.
 */
export function sweepParquet(columns: readonly SweepColumn[]): Uint8Array {
  const columnData = columns.map(({ name, cells }) => ({
    name,
    type: KINDS[typeof cells.find((cell) => cell !== null)] ?? 'STRING',
    nullable: true,
    data: [...cells],
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: 'advml' }));
}
