import type { EngineClient } from '#engine/contract/client.ts';
import { EngineError, errorCodes } from '#engine/contract/errors.ts';
import type { Job } from '#engine/contract/job.ts';

import { ProgressPrinter } from './progress-printer.ts';

/** What follows a job needs to have it ended when the person leaves. */
interface Following {
  /** Begins the job and answers with its id. */
  readonly begin: () => Promise<string>;
  readonly signal: AbortSignal;
  /** Whether nothing is said of how far it is. */
  readonly isQuiet?: boolean;
}

/**
 * Shows a job until it has ended; leaving cancels it.
 *
 * @throws EngineError in the job's own words when it fails.
 */
export async function followJob(engine: EngineClient, { begin, signal, isQuiet = false }: Following): Promise<Job> {
  const printer = new ProgressPrinter(process.stderr);
  const id = await begin();
  try {
    for await (const news of engine.stream('system.watch', {}, signal)) {
      if (!('job' in news) || news.job.id !== id) continue;
      if (!isQuiet) printer.show(news.job);
      if (news.job.state !== 'running') return ended(news.job);
    }
  } catch (error) {
    if (signal.aborted) await engine.call('jobs.cancel', { id }).catch(() => undefined);
    throw error;
  } finally {
    printer.end();
  }
  throw new EngineError('unavailable', 'The engine stopped telling about its work; see its log.');
}

function ended(job: Job): Job {
  if (job.state === 'done') return job;
  const said = job.state === 'paused' ? 'Paused; resume it in the window, or ask for it again.' : 'Cancelled.';
  const { code = 'cancelled', message = said } = job.error ?? {};
  throw new EngineError(errorCodes.find((known) => known === code) ?? 'internal', message);
}
