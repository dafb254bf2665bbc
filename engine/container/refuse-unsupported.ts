import { EngineError } from '#engine/contract/errors.ts';

import type { CreateRequest } from './create-request.ts';

/** What there can't be on this machine, in the words that Docker's clients know. */
const sentences: Readonly<Record<string, string>> = {
  '--gpus': 'could not select device driver "" with capabilities: [[gpu]]',
  '--storage-opt': "--storage-opt is supported only for overlay over xfs with 'pquota' mount option",
};

/** @throws EngineError `unsupported`: a container that would not do what was asked is not made. */
export function refuseUnsupported(request: CreateRequest): void {
  const [option] = request.refused ?? [];
  if (option === undefined) return;
  throw new EngineError('unsupported', sentences[option] ?? `This version of Estrato has no ${option}; leave it out.`);
}
