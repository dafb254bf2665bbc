declare global {
  interface Window {
    /** Where a person chooses a file to write to (WICG, File System Access); not every browser has it. */
    showSaveFilePicker?: (options: { readonly suggestedName: string }) => Promise<FileSystemFileHandle>;
  }
}

/** A file that is being written: there when it is closed, as it was before when it is aborted. */
export interface SavedFile {
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly close: () => Promise<void>;
  readonly abort: () => Promise<void>;
}

/** Has a person choose a file, by this name or another; undefined when they would rather not. */
export type SavePicker = (name: string) => Promise<SavedFile | undefined>;

let pick: SavePicker = browserPick;

/** A desktop's own dialog, in place of the browser's. */
export function provideSavePicker(picker: SavePicker): void {
  pick = picker;
}

/**
 * Writes bytes to a file of the person's, who may choose where. Elsewhere the browser keeps them all until the last
 * has come, and puts the file among its downloads.
 *
 * @returns false when the person chose not to.
 */
export async function saveStream(name: string, open: () => AsyncIterable<Uint8Array>): Promise<boolean> {
  const file = await pick(name);
  if (file === undefined) return false;
  try {
    for await (const chunk of open()) await file.write(chunk);
    await file.close();
    return true;
  } catch (error) {
    await file.abort();
    throw error;
  }
}

async function browserPick(name: string): Promise<SavedFile | undefined> {
  if (window.showSaveFilePicker === undefined) return downloaded(name);
  try {
    const handle = await window.showSaveFilePicker({ suggestedName: name });
    const file = await handle.createWritable();
    return {
      write: (bytes) => file.write(new Uint8Array(bytes)),
      close: () => file.close(),
      abort: () => file.abort(),
    };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
}

function downloaded(name: string): SavedFile {
  const parts: BlobPart[] = [];
  return {
    write: async (bytes) => void parts.push(new Uint8Array(bytes)),
    close: async () => {
      const url = URL.createObjectURL(new Blob(parts));
      const link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
      URL.revokeObjectURL(url);
    },
    abort: async () => void parts.splice(0),
  };
}
