import type { EngineError } from '#engine/contract/errors.ts';
import type { ImageRunConfig } from '#engine/contract/image.ts';

import type { DraftField, DraftPlace, RunDraft } from './run-draft.ts';

/** What every part of the form is given. */
export interface RunForm {
  readonly draft: RunDraft;
  readonly change: (fields: Partial<RunDraft>) => void;
  /** What is wrong there, in a sentence; only once the person has been there or has tried to run it. */
  readonly errorAt: (place: DraftPlace) => string | undefined;
  /** The person has left the field. */
  readonly onLeave: (field: DraftField) => void;
  /** What the image says, as soon as that is known. */
  readonly config: ImageRunConfig | undefined;
}

/** An id that no row has. */
export function nextRowId(rows: readonly { readonly id: number }[]): number {
  return Math.max(0, ...rows.map(({ id }) => id)) + 1;
}

/** Whether a container could not be made since another one has its name; a taken port or address is a conflict too. */
export function isNameTaken(failure: EngineError | undefined, name: string | undefined): failure is EngineError {
  return failure?.code === 'conflict' && name !== undefined && failure.message.includes(`"/${name}"`);
}
