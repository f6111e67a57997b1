import { InputError } from '@advml/core';
import { described } from '@advml/core/internal';
import type { Figure } from '../experiment.ts';
import { requireDifferent, requireName } from '../names.ts';
import { requireText } from '../require.ts';
import type { Cell, Measured, Table } from '../table.ts';

const isCell = (cell: unknown): cell is Cell => {
  const { value, low, high } = Object(cell) as Partial<Measured>;
  return ['string', 'number'].includes(typeof cell) || [value, low, high].every((part) => typeof part === 'number');
};

/**
 * Refuses tables that are none.
 *
 * @param tables - What an experiment wants to show.
 * @throws InputError that names the table and what is wrong.
 */
export function requireTables(tables: readonly Table[]): void {
  for (const { name, title, note, columns, rows } of tables) {
    requireName('a table', name);
    for (const [part, text] of Object.entries({ title, note }))
      if (typeof text !== 'string')
        throw new InputError(`the table '${name}' needs a ${part}, a text, got ${described(text)}`);
    if (!Array.isArray(columns) || !Array.isArray(rows) || !rows.every((row) => row?.length === columns.length))
      throw new InputError(`the table '${name}' must have columns, and rows with a cell for each of them`);
    for (const column of columns) requireText(`the heading of each column of the table '${name}'`, column);
    for (const row of rows)
      for (const [at, cell] of row.entries())
        if (!isCell(cell))
          throw new InputError(
            `a cell of the table '${name}' must be a text, a number or { value, low, high }, got ${described(cell)} in the column '${columns[at]}'`,
          );
  }
  requireDifferent(
    'tables',
    tables.map(({ name }) => name),
  );
}

/**
 * Refuses figures that are none.
 *
 * @param figures - What an experiment wants to show.
 * @throws InputError that names the figure and what is wrong.
 */
export function requireFigures(figures: readonly Figure[]): void {
  for (const { name, draw } of figures) {
    requireName('a figure', name);
    if (typeof draw !== 'function')
      throw new InputError(`the figure '${name}' needs a function draw, got ${described(draw)}`);
  }
  requireDifferent(
    'figures',
    figures.map(({ name }) => name),
  );
}

/**
 * Refuses what is no picture.
 *
 * @param name - Name of the figure.
 * @param svg - What its `draw` returned.
 * @returns The picture.
 * @throws InputError if it is no SVG text.
 */
export function requireSvg(name: string, svg: unknown): string {
  if (typeof svg === 'string' && svg.startsWith('<svg')) return svg;
  throw new InputError(`the figure '${name}' must draw a text that begins with <svg, got ${described(svg)}`);
}
