import { methods, type Params } from '#engine/contract/methods.ts';
import { familiarName, parseReference } from '#engine/contract/reference.ts';
import { pullImage } from '#engine/image/pull-image.ts';
import { pushImage } from '#engine/image/push-image.ts';
import type { JobWork } from '#engine/jobs/job-board.ts';
import { forgetTransfer, keepTransfer, keptTransfers } from '#engine/jobs/kept-transfers.ts';
import { defined } from '#engine/oci/json-fields.ts';
import { parsePlatform } from '#engine/oci/platform.ts';

import type { Engine } from './engine.ts';

type Transfer =
  | { readonly kind: 'pull'; readonly params: Params<'images.pull'> }
  | { readonly kind: 'push'; readonly params: Params<'images.push'> };

/** Pulls and pushes that windows and the command line ask for: they can be paused, and outlive the engine. @returns the job. */
export function startTransfer(engine: Engine, transfer: Transfer): string {
  // What is no name at all is refused before it is written down.
  const work = workOf(engine, transfer);
  const id = keepTransfer(engine.images.database, transfer.kind, transfer.params);
  return start(engine, { ...transfer, id }, work);
}

/** Offers to go on with what the last engine didn't finish, wherever it stopped. */
export function offerTransfers(engine: Engine): void {
  for (const { id, kind, params } of keptTransfers(engine.images.database)) {
    const transfer = readTransfer(kind, params);
    if (transfer === undefined) forgetTransfer(engine.images.database, id);
    else start(engine, { ...transfer, id }, workOf(engine, transfer), true);
  }
}

function start(engine: Engine, transfer: Transfer & { readonly id: string }, work: JobWork, isPaused = false): string {
  const title = familiarName(parseReference(transfer.params.reference));
  const forget = (): void => forgetTransfer(engine.images.database, transfer.id);
  return engine.jobs.start(transfer.kind, title, work, { isPaused, forget });
}

function workOf({ images }: Engine, transfer: Transfer): JobWork {
  const reference = parseReference(transfer.params.reference);
  if (transfer.kind === 'push') {
    const { reference: _, ...options } = transfer.params;
    return async (signal, report) => {
      for await (const progress of pushImage(images, reference, defined(options), signal)) report({ progress });
    };
  }
  const { platform, allPlatforms } = transfer.params;
  const options = defined({ platform: platform === undefined ? undefined : parsePlatform(platform), allPlatforms });
  return async (signal, report) => {
    for await (const progress of pullImage(images, reference, options, signal)) report({ progress });
  };
}

/** Undefined for what a later version may have written. */
function readTransfer(kind: string, params: string): Transfer | undefined {
  const value: unknown = JSON.parse(params);
  const pull = kind === 'pull' ? methods['images.pull'].params.safeParse(value).data : undefined;
  const push = kind === 'push' ? methods['images.push'].params.safeParse(value).data : undefined;
  if (pull !== undefined) return { kind: 'pull', params: pull };
  return push === undefined ? undefined : { kind: 'push', params: push };
}
