import type { FastifyReply } from 'fastify';

import { Queue } from '#engine/async/queue.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import type { Job } from '#engine/contract/job.ts';
import type { LoadProgress } from '#engine/image/load-image.ts';
import type { JobBoard } from '#engine/jobs/job-board.ts';

import type { DockerContext } from './context.ts';
import type { JsonMessage } from './layer-messages.ts';
import { sendStream } from './send-stream.ts';

/** Progress that somebody has not read yet is told by what comes after it: each says where everything stands. */
const UNREAD = 64;

/** Everybody else sees it on the job board meanwhile, and can cancel it; it ends when its client goes. */
export function asJob(
  jobs: JobBoard,
  { kind, title }: { readonly kind: Job['kind']; readonly title: string },
  left: AbortSignal,
  source: (signal: AbortSignal) => AsyncIterable<LoadProgress>,
): Queue<LoadProgress> {
  const queue = new Queue<LoadProgress>();
  jobs.start(kind, title, async (cancelled, report) => {
    let last: LoadProgress | undefined;
    try {
      for await (const now of source(AbortSignal.any([left, cancelled]))) {
        const { loaded: _, ...progress } = now;
        report({ progress });
        last = queue.size < UNREAD ? undefined : now;
        if (last === undefined) queue.push(now);
      }
      if (last !== undefined) queue.push(last);
      queue.end();
    } catch (error) {
      queue.fail(error);
      throw error;
    }
  });
  return queue;
}

interface Answer {
  readonly progress: Queue<LoadProgress>;
  readonly messages: (progress: AsyncIterable<LoadProgress>) => AsyncIterable<JsonMessage>;
  /** There is something to tell already. */
  readonly isUnderWay?: boolean;
}

/** What fails before there is anything to tell has an HTTP status; what fails later is a message of its own. */
export async function sendProgress(
  context: DockerContext,
  reply: FastifyReply,
  { progress, messages, isUnderWay = false }: Answer,
): Promise<void> {
  const early: LoadProgress[] = [];
  while (!isUnderWay) {
    const { done, value } = await progress.next();
    if (done === true) break;
    early.push(value);
    if (value.layers.length > 0) break;
  }
  async function* all(): AsyncGenerator<LoadProgress> {
    yield* early;
    yield* progress;
  }
  const { closing } = context;
  await sendStream(reply, { contentType: 'application/json', closing }, () => lines(messages(all())));
}

async function* lines(messages: AsyncIterable<JsonMessage>): AsyncGenerator<string> {
  try {
    for await (const message of messages) yield `${JSON.stringify(message)}\r\n`;
  } catch (error) {
    const { message } = toEngineError(error);
    yield `${JSON.stringify({ errorDetail: { message }, error: message })}\r\n`;
  }
}
