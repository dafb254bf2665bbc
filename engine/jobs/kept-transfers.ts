import { randomUUID } from 'node:crypto';

import type { Database } from '#engine/metadata/database.ts';

/** A pull or push that somebody asked for and that is not over. */
export interface KeptTransfer {
  readonly id: string;
  readonly kind: string;
  /** As it was asked for: JSON. */
  readonly params: string;
}

/** @returns what it is called from now on. */
export function keepTransfer(database: Database, kind: 'pull' | 'push', params: unknown): string {
  const id = randomUUID();
  database
    .prepare('INSERT INTO transfers (id, kind, params, started_at) VALUES (?, ?, ?, ?)')
    .run(id, kind, JSON.stringify(params), Date.now());
  return id;
}

export function forgetTransfer(database: Database, id: string): void {
  database.prepare('DELETE FROM transfers WHERE id = ?').run(id);
}

/** Oldest first. */
export function keptTransfers(database: Database): readonly KeptTransfer[] {
  return database
    .prepare('SELECT id, kind, params FROM transfers ORDER BY started_at, id')
    .all()
    .map(({ id, kind, params }) => ({ id: String(id), kind: String(kind), params: String(params) }));
}
