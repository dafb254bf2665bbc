import { saveStream } from './save-stream.ts';
import { toast } from './toast.tsx';

export interface FileToSave {
  /** What the file is called, unless the person chooses another name. */
  readonly fileName: string;
  readonly open: () => AsyncIterable<Uint8Array>;
  /** Said when all is written; left out where somebody else says so. */
  readonly saved?: string | undefined;
  readonly failed: string;
}

/** Writes what comes to a file of the person's, and says how that went. */
export async function saveFile({ fileName, open, saved, failed }: FileToSave): Promise<void> {
  try {
    const isSaved = await saveStream(fileName, open);
    if (isSaved && saved !== undefined) toast({ tone: 'good', title: saved });
  } catch (thrown) {
    toast({ tone: 'danger', title: failed, text: thrown instanceof Error ? thrown.message : String(thrown) });
  }
}
