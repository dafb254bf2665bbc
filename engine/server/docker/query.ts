import { z } from 'zod';

import { EngineError } from '#engine/contract/errors.ts';
import type { TerminalSize } from '#engine/contract/terminal.ts';

/** A flag as Go's clients and people's own tools write it. */
export const flag = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => {
    const text = (Array.isArray(value) ? value.at(-1) : value)?.trim().toLowerCase();
    return text !== undefined && !['', '0', 'no', 'false', 'none', 'f'].includes(text);
  });

export const text = z.string().optional();

/** A whole number. */
export const count = z.coerce.number().int().optional();

/** A list as Go's clients send it: absent, null, or some. */
export const strings = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? undefined);

/** `[rows, columns]` of a terminal; zeros are a client without one. */
export const consoleSize = z
  .tuple([z.int().nonnegative(), z.int().nonnegative()])
  .nullish()
  .transform((size): TerminalSize | undefined => {
    const [rows, columns] = size ?? [0, 0];
    return rows > 0 && columns > 0 ? { rows, columns } : undefined;
  });

const side = z.coerce.number().int().min(1).max(65_535);

/** A terminal's new size in a query. */
export const sizeQuery = z
  .object({ h: side, w: side })
  .transform(({ h, w }): TerminalSize => ({ rows: h, columns: w }));

/** Unix milliseconds of `1732400000`, `1732400000.25` (seconds) or RFC 3339; 0 and empty are absent. */
export const moment = z
  .string()
  .optional()
  .transform((value, issues) => {
    if (value === undefined || value === '' || value === '0') return undefined;
    const milliseconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : dateOf(value);
    if (Number.isFinite(milliseconds)) return milliseconds;
    issues.addIssue({ code: 'custom', message: `"${value}" is no time` });
    return z.NEVER;
  });

/** `Date.parse` alone finds a date in nearly everything: `-5` is a day of May 2001. */
function dateOf(value: string): number {
  return /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(value) : Number.NaN;
}

/** What a list is narrowed by: values by the filter's name. */
export type Filters = ReadonlyMap<string, readonly string[]>;

const filterValues = z.record(z.string(), z.union([z.array(z.string()), z.record(z.string(), z.boolean())]));

/**
 * `{"label":["a=b"]}`, or as older clients write it `{"label":{"a=b":true}}`.
 * @throws EngineError `invalid-argument` for a filter that isn't accepted.
 */
export function parseFilters(query: string | undefined, accepted: readonly string[]): Filters {
  if (query === undefined || query === '') return new Map();
  const parsed = filterValues.safeParse(fromJson(query));
  if (!parsed.success) throw new EngineError('invalid-argument', `invalid filter: ${query}`);
  const filters = new Map<string, readonly string[]>();
  for (const [name, values] of Object.entries(parsed.data)) {
    if (!accepted.includes(name)) throw new EngineError('invalid-argument', `invalid filter '${name}'`);
    filters.set(name, Array.isArray(values) ? values : Object.keys(values).filter((value) => values[value]));
  }
  return filters;
}

/** Whether labels have every one asked for, `name` or `name=value`. */
export function hasLabels(labels: Readonly<Record<string, string>>, wanted: readonly string[]): boolean {
  return wanted.every((entry) => {
    const equals = entry.indexOf('=');
    if (equals === -1) return Object.hasOwn(labels, entry);
    const name = entry.slice(0, equals);
    return Object.hasOwn(labels, name) && labels[name] === entry.slice(equals + 1);
  });
}

/** Whether one of a filter's values fits; a filter that isn't given fits everything. */
export function filterMatches(filters: Filters, name: string, matches: (value: string) => boolean): boolean {
  const values = filters.get(name) ?? [];
  return values.length === 0 || values.some(matches);
}

/** A filter that is a flag: `dangling=true`. */
export function filterFlag(filters: Filters, name: string): boolean | undefined {
  const [value] = filters.get(name) ?? [];
  if (value === undefined) return undefined;
  if (['1', 'true', 't'].includes(value.toLowerCase())) return true;
  if (['0', 'false', 'f'].includes(value.toLowerCase())) return false;
  throw new EngineError('invalid-argument', `invalid filter '${name}=${value}'`);
}

function fromJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
