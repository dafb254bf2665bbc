import { parentPort } from 'node:worker_threads';

import { toEngineError } from '#engine/contract/errors.ts';

import { answerTask } from './answer-task.ts';
import type { ThreadNews } from './asked-thread.ts';
import type { InspectAnswer, InspectQuestion } from './inspect-task.ts';

type Told = { readonly kind: 'cancel' } | { readonly kind: 'heard' } | { readonly kind: 'end' };
type Request = { readonly id: number } & (InspectQuestion | Told);

/** So many parts of an answer may wait for whoever asked. */
const MOST_AHEAD = 8;

/** Whoever asked, and how far behind they are. */
class Listener {
  isGone = false;
  #ahead = 0;
  #wake: () => void = () => undefined;

  heard(): void {
    this.#ahead -= 1;
    this.#wake();
  }

  leave(): void {
    this.isGone = true;
    this.#wake();
  }

  /** Resolves when there is room for another part, or nobody who would hear it. */
  async ready(): Promise<void> {
    this.#ahead += 1;
    while (this.#ahead >= MOST_AHEAD && !this.isGone) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

const listeners = new Map<number, Listener>();

function tell(news: ThreadNews<InspectAnswer>): void {
  parentPort?.postMessage(news);
}

async function answer(id: number, question: InspectQuestion): Promise<void> {
  const listener = new Listener();
  listeners.set(id, listener);
  try {
    for await (const news of answerTask(question)) {
      tell({ id, news });
      if (!news.isLast) await listener.ready();
      if (listener.isGone) break;
    }
  } catch (error) {
    const { code, message } = toEngineError(error);
    tell({ id, failure: { code, message } });
  } finally {
    listeners.delete(id);
  }
}

parentPort?.on('message', ({ id, ...question }: Request) => {
  if (question.kind === 'end') parentPort?.close();
  else if (question.kind === 'cancel') listeners.get(id)?.leave();
  else if (question.kind === 'heard') listeners.get(id)?.heard();
  else void answer(id, question);
});
