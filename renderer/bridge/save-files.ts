import { EngineError } from '#engine/contract/errors.ts';
import type { Outcome, WindowApi } from '#engine/contract/window-api.ts';

/** A file that a person chose, while it is being written. */
interface ChosenFile {
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly close: () => Promise<void>;
  readonly abort: () => Promise<void>;
}

/** Undefined when the person would rather not. @throws EngineError */
export type FileChooser = (name: string) => Promise<ChosenFile | undefined>;

/** The desktop's own way to a file; a browser has another. */
export function fileChooserOf({ saveFile }: WindowApi): FileChooser | undefined {
  if (saveFile === undefined) return undefined;
  return async (name) => {
    const outcome = await saveFile(name);
    if (!outcome.ok) throw new EngineError(outcome.code, outcome.message);
    const { file } = outcome;
    if (file === undefined) return undefined;
    return {
      write: async (bytes) => must(await file.write(bytes)),
      close: async () => must(await file.close()),
      abort: async () => file.abort(),
    };
  };
}

function must(outcome: Outcome): void {
  if (!outcome.ok) throw new EngineError(outcome.code, outcome.message);
}
