import { merge } from '#engine/async/merge.ts';
import type { EngineEvent, EngineNews } from '#engine/contract/event.ts';
import type { Job } from '#engine/contract/job.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { CallsOf, StreamsOf } from './area.ts';

export function systemCalls(engine: Engine): CallsOf<'system'> {
  return {
    'system.info': () => engine.info(),
    'system.check': () => engine.check(),
    'system.dockerContext': ({ isOn }) => engine.dockerContext(isOn),
  };
}

export function systemStreams(engine: Engine): StreamsOf<'system'> {
  return { 'system.watch': (_, signal) => watchEngine(engine, signal) };
}

/** The jobs as they stand, then whatever happens: both are followed before the first is told, so nothing falls between. */
async function* watchEngine({ jobs, events }: Engine, signal: AbortSignal): AsyncGenerator<EngineNews> {
  const happening = events.subscribe({ signal });
  const moving = jobs.watch(signal);
  const known = new Set(jobs.list());
  for (const job of known) yield { job };
  yield* merge<EngineNews>([jobNews(moving, known), eventNews(happening)]);
}

async function* jobNews(jobs: AsyncIterable<Job>, told: Set<Job>): AsyncGenerator<EngineNews> {
  for await (const job of jobs) {
    // A job is a new value whenever it moves: the same one again is no news.
    if (!told.delete(job)) yield { job };
  }
}

async function* eventNews(events: AsyncIterable<EngineEvent>): AsyncGenerator<EngineNews> {
  for await (const event of events) yield { event };
}
