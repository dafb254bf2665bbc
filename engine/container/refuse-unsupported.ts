import { EngineError } from '#engine/contract/errors.ts';

import type { CreateRequest } from './create-request.ts';

/** What people can do instead, by the option's name. */
const instead: Readonly<Record<string, string>> = {};

/** @throws EngineError `unsupported`: a container that would not do what was asked is not made. */
export function refuseUnsupported(request: CreateRequest): void {
  const [option] = request.refused ?? [];
  if (option !== undefined) {
    throw new EngineError(
      'unsupported',
      `This version of Estrato has no ${option}; ${instead[option] ?? 'leave it out'}.`,
    );
  }
}
