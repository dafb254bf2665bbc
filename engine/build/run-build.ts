import { Queue } from '#engine/async/queue.ts';
import type { BuildNews } from '#engine/contract/build.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { familiarName } from '#engine/contract/reference.ts';
import type { JobBoard } from '#engine/jobs/job-board.ts';

import type { BuildEvent } from './build-event.ts';
import { buildImage } from './build-image.ts';
import type { BuildParts } from './build-parts.ts';
import { pushBuilt } from './push-built.ts';
import { BuildRecorder } from './build-records.ts';
import type { BuildRequest } from './build-request.ts';

/**
 * Builds as a job: on the board for everybody, in the record for later, and told to whoever asked. It ends when `left`
 * fires, or when somebody cancels it.
 */
export function runBuild(
  parts: BuildParts,
  jobs: JobBoard,
  { request, left }: { readonly request: BuildRequest; readonly left: AbortSignal },
): { readonly id: string; readonly news: Queue<BuildNews> } {
  const queue = new Queue<BuildNews>();
  const recorder = new BuildRecorder(parts.database, request);
  const job = jobs.start('build', titleOf(request), async (cancelled, report) => {
    const signal = AbortSignal.any([left, cancelled]);
    const tell = (event: BuildEvent): void => {
      recorder.note(event);
      queue.push(event);
      if (event.kind === 'begin') report({ output: `[${event.step.number}/${event.step.total}] ${event.step.text}` });
    };
    const made = (image: Digest): void => recorder.made(image);
    try {
      const image = await buildImage(parts, request, { id: recorder.id, tell, keep: recorder.keep, made, signal });
      if (request.push === true) await pushBuilt(parts.images, request, { tell, signal });
      recorder.done();
      queue.push({ kind: 'done', ...(image === undefined ? {} : { image }), build: recorder.id });
      queue.end();
    } catch (error) {
      recorder.failed(error, signal.aborted);
      queue.fail(error);
      throw error;
    }
  });
  recorder.runsAs(job);
  return { id: recorder.id, news: queue };
}

function titleOf({ references, project }: BuildRequest): string {
  const [first] = references;
  return first === undefined ? project : familiarName(first);
}
