import { EngineError } from '#engine/contract/errors.ts';

/** A folder that a person gave to the window: its files by their paths in it. */
export interface FolderFiles {
  readonly name: string;
  readonly files: ReadonlyMap<string, File>;
}

/** A folder is sent whole with each build: what is larger is built from where it is. */
const MOST_FILES = 20_000;
const MOST_BYTES = 1024 ** 3;

/** What was dropped, if it is a folder. @throws EngineError `too-large`. */
export async function droppedFolder(items: DataTransferItemList): Promise<FolderFiles | undefined> {
  // The list is empty once the event is over.
  const entries = [...items].map((item) => item.webkitGetAsEntry());
  const folder = entries.find((entry) => entry !== null && isDirectory(entry));
  if (folder === undefined || folder === null) return undefined;
  const files = new Map<string, File>();
  let bytes = 0;
  for await (const [path, file] of filesIn(folder, '')) {
    files.set(path, file);
    bytes += file.size;
    refuseTooMuch(folder.name, files.size, bytes);
  }
  return { name: folder.name, files };
}

/** What was chosen by an `<input webkitdirectory>`. @throws EngineError `too-large`. */
export function chosenFolder(list: readonly File[]): FolderFiles | undefined {
  const [first] = list;
  if (first === undefined) return undefined;
  const [name = ''] = first.webkitRelativePath.split('/');
  refuseTooMuch(
    name,
    list.length,
    list.reduce((sum, { size }) => sum + size, 0),
  );
  return { name, files: new Map(list.map((file) => [file.webkitRelativePath.slice(name.length + 1), file])) };
}

function refuseTooMuch(name: string, files: number, bytes: number): void {
  if (files <= MOST_FILES && bytes <= MOST_BYTES) return;
  throw new EngineError(
    'too-large',
    `${name} has more than ${MOST_FILES} files or a gigabyte; write its path instead, and it is read where it is.`,
  );
}

async function* filesIn(entry: FileSystemEntry, path: string): AsyncGenerator<readonly [string, File]> {
  if (isFile(entry)) {
    yield [path, await new Promise<File>((resolve, reject) => entry.file(resolve, reject))];
    return;
  }
  if (!isDirectory(entry)) return;
  const reader = entry.createReader();
  // A hundred at a time, until there are none (File and Directory Entries API, "readEntries").
  let some = await entriesOf(reader);
  while (some.length > 0) {
    for (const each of some) yield* filesIn(each, path === '' ? each.name : `${path}/${each.name}`);
    some = await entriesOf(reader);
  }
}

function entriesOf(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => {
    reader.readEntries(resolve, reject);
  });
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
