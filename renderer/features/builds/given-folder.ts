import { EngineError } from '#engine/contract/errors.ts';
import type { FolderFiles } from '#renderer/stores/folder-files.ts';

import type { BuildDraft } from './build-draft.ts';

/** A Dockerfile is a text for people. */
const MOST_BYTES = 1024 * 1024;

/** The Dockerfile of a folder that this window was given, and what is left out. @throws EngineError `not-found`. */
export async function readGiven(
  { name, files }: FolderFiles,
  file: string,
): Promise<Pick<BuildDraft, 'file' | 'dockerfile' | 'ignore'>> {
  const path = file === '' || file.startsWith('/') ? 'Dockerfile' : file;
  const found = files.get(path);
  if (found === undefined || found.size > MOST_BYTES)
    throw new EngineError('not-found', `There is no Dockerfile at ${path} in ${name}; name another folder or file.`);
  const ignore = await (files.get(`${path}.dockerignore`) ?? files.get('.dockerignore'))?.text();
  return { file: path, dockerfile: await found.text(), ignore };
}
