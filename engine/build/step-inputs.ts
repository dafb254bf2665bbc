import { z } from 'zod';

import type { MissReason } from '#engine/contract/build.ts';
import { transaction, type Database } from '#engine/metadata/database.ts';

/** Everything that decides what comes of a step, field by field: the step's key is made from it, and its verdict. */
export const stepInputs = z.object({
  /** The instruction with its variables resolved. */
  instruction: z.string(),
  /** What the step stands on, for steps that can see it. */
  below: z.string().optional(),
  /** Variables that it can see. */
  variables: z.record(z.string(), z.string()),
  /** By path: type, mode, uid, gid and digest, as `itemLine` has them. */
  files: z.record(z.string(), z.string()),
  /** Who runs it where, and with which network. */
  settings: z.record(z.string(), z.string()),
});
export type StepInputs = z.infer<typeof stepInputs>;

/** A step of a project's last build, to be compared with. */
export interface EarlierStep {
  readonly stage: string;
  readonly position: number;
  readonly text: string;
  /** The same for the same inputs; null of what an older engine has written down. */
  readonly identity: string | null;
}

export interface StepNow extends EarlierStep {
  readonly inputs: StepInputs;
}

const row = z.object({ stage: z.string(), position: z.int(), text: z.string(), identity: z.string().nullable() });

/** Files named in a verdict: more than a person reads helps nobody. */
const MOST_FILES = 20;

/** The steps of a project's last build; what went into them is read only of those that differ. */
export function earlierSteps(database: Database, project: string): readonly EarlierStep[] {
  return database
    .prepare('SELECT stage, position, text, identity FROM build_inputs WHERE project = ? ORDER BY stage, position')
    .all(project)
    .map((stored) => row.parse(stored));
}

/** Undefined where a build beside this one has other steps. */
export function inputsOf(
  database: Database,
  project: string,
  { stage, position }: Pick<EarlierStep, 'stage' | 'position'>,
): StepInputs | undefined {
  const stored = database
    .prepare('SELECT inputs FROM build_inputs WHERE project = ? AND stage = ? AND position = ?')
    .get(project, stage, position);
  return stored === undefined ? undefined : stepInputs.parse(JSON.parse(String(stored['inputs'])));
}

/** In the place of those before; what is as it was isn't written again. */
export function storeInputs(
  database: Database,
  {
    project,
    before,
    now,
  }: { readonly project: string; readonly before: readonly EarlierStep[]; readonly now: readonly StepNow[] },
): void {
  const known = new Map(before.map((step) => [placeOf(step), step]));
  const fresh = now.filter((step) => {
    const was = known.get(placeOf(step));
    return was?.identity !== step.identity || was.text !== step.text;
  });
  if (fresh.length === 0) return;
  transaction(database, () => {
    const insert = database.prepare(
      'INSERT OR REPLACE INTO build_inputs (project, stage, position, text, identity, inputs) VALUES (?, ?, ?, ?, ?, ?)',
    );
    for (const { stage, position, text, identity, inputs } of fresh)
      insert.run(project, stage, position, text, identity, JSON.stringify(inputs));
  });
}

function placeOf({ stage, position }: Pick<EarlierStep, 'stage' | 'position'>): string {
  return `${stage} ${position}`;
}

/** The one that a step was: of the same text, or else in the same place. */
export function sameStep(
  steps: readonly EarlierStep[],
  { stage, position, text }: Pick<EarlierStep, 'stage' | 'position' | 'text'>,
): EarlierStep | undefined {
  const here = steps.filter((step) => step.stage === stage);
  return here.find((step) => step.text === text) ?? here.find((step) => step.position === position);
}

/** What differs, in the order in which a person would look for it. */
export function differences(before: StepInputs, now: StepInputs): readonly MissReason[] {
  return [
    ...(before.instruction === now.instruction
      ? []
      : [{ kind: 'instruction' as const, before: before.instruction, now: now.instruction }]),
    ...changed(before.variables, now.variables).map((change) => ({ kind: 'variable' as const, ...change })),
    ...changed(before.files, now.files).slice(0, MOST_FILES).map(fileReason),
    ...changed(before.settings, now.settings).map(({ name, before: was = '', now: is = '' }) => ({
      kind: 'setting' as const,
      name,
      before: was,
      now: is,
    })),
  ];
}

interface Change {
  readonly name: string;
  readonly before?: string;
  readonly now?: string;
}

function changed(before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): readonly Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].toSorted();
  return names.flatMap((name) => {
    const [was, is] = [before[name], now[name]];
    if (was === is) return [];
    return [{ name, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { now: is }) }];
  });
}

/** As `itemLine` writes it; at its end attributes, of what has some. */
const item = z.tuple([z.string(), z.string(), z.number(), z.number(), z.number(), z.string()]).rest(z.unknown());

function fileReason({ name: path, before, now }: Change): MissReason {
  if (before === undefined) return { kind: 'file', path, change: 'added' };
  if (now === undefined) return { kind: 'file', path, change: 'removed' };
  const [, type, mode, uid, gid, digest] = item.parse(JSON.parse(before));
  const [, typeNow, modeNow, uidNow, gidNow, digestNow] = item.parse(JSON.parse(now));
  if (type !== typeNow) return { kind: 'file', path, change: 'type', before: type, now: typeNow };
  if (digest !== digestNow) return { kind: 'file', path, change: 'content', before: digest, now: digestNow };
  if (mode !== modeNow)
    return { kind: 'file', path, change: 'mode', before: mode.toString(8), now: modeNow.toString(8) };
  const owners = { before: `${uid}:${gid}`, now: `${uidNow}:${gidNow}` };
  if (owners.before !== owners.now) return { kind: 'file', path, change: 'owner', ...owners };
  return { kind: 'file', path, change: 'attributes' };
}
