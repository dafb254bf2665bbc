import { createHash } from 'node:crypto';

import { parseDigest, type Digest } from '#engine/contract/digest.ts';
import type { ConfigDocument } from '#engine/image/add-layer.ts';

import type { BuildLayer } from './store-step.ts';

/** One entry of an image's history (OCI image specification, config.md). */
export interface HistoryRow {
  readonly created: string;
  readonly created_by: string;
  readonly comment?: string;
  readonly empty_layer?: true;
}

/** What a stage has come to after some of its instructions: a value, followed by another for each. */
export interface StageState {
  /** The image's config as its document has it, without `rootfs` and `history`. */
  readonly document: ConfigDocument;
  readonly layers: readonly BuildLayer[];
  readonly history: readonly HistoryRow[];
  /** Values of the ARGs declared so far. */
  readonly args: ReadonlyMap<string, string>;
  /** Whether CMD is this stage's own: a new ENTRYPOINT takes one away that it inherits. */
  readonly hasOwnCommand: boolean;
}

/** Docker's spelling of `config` (Docker image specification 1.2). */
export interface RunSettings {
  readonly User?: string;
  readonly Env?: readonly string[];
  readonly WorkingDir?: string;
  readonly Shell?: readonly string[];
  readonly Cmd?: readonly string[] | null;
  readonly Entrypoint?: readonly string[] | null;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Volumes?: Readonly<Record<string, object>>;
  readonly StopSignal?: string;
  readonly OnBuild?: readonly string[];
  readonly Healthcheck?: object;
}

export function settingsOf({ document }: Pick<StageState, 'document'>): RunSettings {
  const { config } = document;
  return config ?? {};
}

export function withSettings(state: StageState, changes: RunSettings): StageState {
  return { ...state, document: { ...state.document, config: { ...settingsOf(state), ...changes } } };
}

/** What ENV and ARG have set: an ENV wins over an ARG of the same name. */
export function variablesOf(state: StageState): ReadonlyMap<string, string> {
  const env = (settingsOf(state).Env ?? []).map((entry) => splitPair(entry));
  return new Map([...state.args, ...env]);
}

export function splitPair(entry: string): readonly [string, string] {
  const equals = entry.indexOf('=');
  return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
}

export const SHELL: readonly string[] = ['/bin/sh', '-c'];

/** Absolute: a relative one begins where the stage is. */
export function workdirOf(state: Pick<StageState, 'document'>): string {
  return settingsOf(state).WorkingDir || '/';
}

export function diffIdsOf({ layers }: Pick<StageState, 'layers'>): readonly Digest[] {
  return layers.map(({ diffId }) => diffId);
}

/** A name for what a stage is now: its layers and its config. */
export function stateId(state: StageState): Digest {
  const hash = createHash('sha256').update(JSON.stringify([diffIdsOf(state), state.document]));
  return parseDigest(`sha256:${hash.digest('hex')}`);
}
