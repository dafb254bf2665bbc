import { EngineError } from '#engine/contract/errors.ts';

import type { CreateRequest } from './create-request.ts';

/** @throws EngineError `unsupported`: a container that would not do what was asked is not made. */
export function refuseUnsupported(request: CreateRequest): void {
  const [option] = request.refused ?? [];
  if (option !== undefined) {
    throw new EngineError('unsupported', `This version of Estrato has no ${option}; leave it out.`);
  }
}
