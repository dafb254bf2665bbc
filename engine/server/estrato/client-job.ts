import type { Job } from '#engine/contract/job.ts';
import type { JobBoard, JobReport } from '#engine/jobs/job-board.ts';

interface ClientJob {
  readonly kind: Job['kind'];
  readonly title: string;
  /** Fires when the client leaves. */
  readonly signal: AbortSignal;
}

/** Work for one client, which ends with it; the board shows it to all the others meanwhile. */
export async function asJob<T>(
  jobs: JobBoard,
  { kind, title, signal }: ClientJob,
  work: (signal: AbortSignal, report: (news: JobReport) => void) => Promise<T>,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  jobs.start(kind, title, async (cancelled, report) => {
    const working = work(AbortSignal.any([signal, cancelled]), report);
    working.then(resolve, reject);
    await working;
  });
  return promise;
}
