declare global {
  interface Window {
    /** Where a person chooses a file to write to (WICG, File System Access); not every browser has it. */
    showSaveFilePicker?: (options: { readonly suggestedName: string }) => Promise<FileSystemFileHandle>;
  }
}

/**
 * Writes bytes to a file of the person's, who may choose where. Elsewhere the browser keeps them all until the last
 * has come, and puts the file among its downloads.
 *
 * @returns false when the person chose not to.
 */
export async function saveStream(name: string, open: () => AsyncIterable<Uint8Array>): Promise<boolean> {
  if (window.showSaveFilePicker === undefined) {
    await download(name, open());
    return true;
  }
  try {
    const file = await window.showSaveFilePicker({ suggestedName: name });
    await writeAll(await file.createWritable(), open());
    return true;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return false;
    throw error;
  }
}

/** All of it, or the file stays as it was. */
async function writeAll(file: FileSystemWritableFileStream, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of bytes) await file.write(new Uint8Array(chunk));
    await file.close();
  } catch (error) {
    await file.abort();
    throw error;
  }
}

async function download(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const parts: BlobPart[] = [];
  for await (const chunk of bytes) parts.push(new Uint8Array(chunk));
  const url = URL.createObjectURL(new Blob(parts));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
