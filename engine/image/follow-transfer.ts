import { abortReason } from '#engine/async/unless-aborted.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { PullProgress } from '#engine/contract/image.ts';
import { familiarName, familiarRepository, type Reference } from '#engine/contract/reference.ts';

import type { ImageParts } from './image-parts.ts';
import { leasesOf, type Lease } from './leases.ts';
import { ProgressBoard } from './progress-board.ts';
import { letGo, letGoUnchanged } from './release-lease.ts';

/** What a pull or push has while it runs. */
export interface TransferContext {
  readonly board: ProgressBoard;
  /** Keeps what it holds from being collected. */
  readonly lease: Lease;
  readonly signal: AbortSignal;
}

export interface Transfer {
  readonly reference: Reference;
  /** `Pulling from`: what stands before the repository in the first line that is told. */
  readonly doing: string;
  /** Whether what is transferred goes away from here, so that nothing new is here afterwards. */
  readonly isOutward?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Tells how a transfer goes on, to its end. Whoever stops listening cancels it, and it has let go of everything then.
 *
 * @throws what `run` throws; the signal's reason when it fires.
 */
export async function* followTransfer(
  parts: ImageParts,
  { reference, doing, isOutward = false, signal }: Transfer,
  run: (context: TransferContext) => Promise<void>,
): AsyncGenerator<PullProgress> {
  const left = new AbortController();
  const lease = leasesOf(parts).open();
  const board = new ProgressBoard(familiarName(reference), `${doing} ${familiarRepository(reference)}`);
  const work = inPlainWords(run, { board, lease, signal: AbortSignal.any([signal, left.signal]) });
  try {
    yield* board.follow(work);
  } finally {
    left.abort(new EngineError('cancelled', 'Cancelled.'));
    await work.catch(() => undefined);
    await (isOutward ? letGoUnchanged(parts, lease) : letGo(parts, lease));
  }
}

async function inPlainWords(run: (context: TransferContext) => Promise<void>, context: TransferContext): Promise<void> {
  try {
    await run(context);
  } catch (error) {
    // However the platform words an abort, it is the reason that people are told.
    throw context.signal.aborted ? abortReason(context.signal) : error;
  }
}
