import { mkdir } from 'node:fs/promises';

import type { OutputPlace } from './build-output.ts';
import { unpackHere } from './docker/copied-tree.ts';
import { writeToFile, writeToStream, type Received } from './received-archive.ts';

/** Puts what was built where it was wanted: a file is whole or as it was; into a folder it is unpacked over what is there. */
export async function putOutput(received: Received, place: OutputPlace): Promise<void> {
  if (place.kind === 'file') return writeToFile(received, place.path);
  if (place.kind === 'standard output') return writeToStream(received.bytes, process.stdout);
  await mkdir(place.path, { recursive: true });
  await unpackHere(received.bytes, { directory: place.path, name: undefined, source: '/', keepsOwners: false });
}
