import type { Command } from 'commander';

import { formatTable } from '#engine/cli/table.ts';

import { fillTemplate } from './template.ts';

/** A row's fields by the names that Docker's templates have for them. */
export type Row = Readonly<Record<string, string>>;

/** Columns by their headers, in the order in which they are shown: `['CONTAINER ID', 'ID']`. */
export type Columns = readonly (readonly [header: string, field: string])[];

export interface RowOptions {
  readonly format?: string;
  readonly quiet?: true;
}

/** The option of whatever shows rows. */
export function withRows(command: Command): Command {
  return command.option('--format <format>', 'table, json (a document a line), or a template like {{.Names}}');
}

/**
 * Rows as people read them, or as a program asks for them. A template after `table` has the headers of its fields.
 * @throws EngineError `invalid-argument` for a field that rows don't have.
 */
export function formatRows(format: string | undefined, rows: readonly Row[], columns: Columns): string {
  if (format === 'json') return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  if (format === undefined || format === '' || format === 'table') {
    return tableOf(rows, columns);
  }
  const [, inTable] = /^table\s+(.*)$/s.exec(format) ?? [];
  if (inTable !== undefined) return templateTable(inTable, rows, columns);
  return rows.map((row) => `${fillTemplate(format, row)}\n`).join('');
}

function tableOf(rows: readonly Row[], columns: Columns): string {
  return formatTable(
    columns.map(([header]) => header),
    rows.map((row) => columns.map(([, field]) => row[field] ?? '')),
  );
}

function templateTable(template: string, rows: readonly Row[], columns: Columns): string {
  const fields = Object.keys(rows[0] ?? Object.fromEntries(columns.map(([, field]) => [field, ''])));
  const headers = Object.fromEntries(
    fields.map((field) => [field, columns.find(([, known]) => known === field)?.[0] ?? field.toUpperCase()]),
  );
  const [header = [], ...lines] = [headers, ...rows].map((row) => fillTemplate(template, row).split('\t'));
  return formatTable(header, lines);
}
