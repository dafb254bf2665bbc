import { setImmediate as turn } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';

import { toEngineError } from '#engine/contract/errors.ts';

import { answerTask } from './answer-task.ts';
import type { ThreadNews } from './asked-thread.ts';
import type { InspectAnswer, InspectQuestion } from './inspect-task.ts';

type Request = { readonly id: number } & (InspectQuestion | { readonly kind: 'cancel' });

function tell(news: ThreadNews<InspectAnswer>): void {
  parentPort?.postMessage(news);
}

const cancelled = new Set<number>();

async function answer(id: number, question: InspectQuestion): Promise<void> {
  try {
    for await (const news of answerTask(question)) {
      tell({ id, news });
      // Whoever leaves amid it is heard between two answers.
      if (!news.isLast) await turn();
      if (cancelled.has(id)) break;
    }
  } catch (error) {
    const { code, message } = toEngineError(error);
    tell({ id, failure: { code, message } });
  } finally {
    cancelled.delete(id);
  }
}

parentPort?.on('message', ({ id, ...question }: Request) => {
  if (question.kind === 'cancel') cancelled.add(id);
  else void answer(id, question);
});
