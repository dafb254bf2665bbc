/**
 * One step of the schema. Each folder that keeps records has its own file in `migrations/`, named by the list in
 * `migrations.ts`; a step that has shipped never changes, a later one alters what it made.
 */
export interface Migration {
  /** For the error when it fails. */
  readonly name: string;
  /** One or more statements; tables are `STRICT`. Runs inside a transaction, with foreign keys on. */
  readonly sql: string;
}
