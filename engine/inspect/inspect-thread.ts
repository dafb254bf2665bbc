import { EngineError } from '#engine/contract/errors.ts';

import { AskedThread, threadEntry } from './asked-thread.ts';
import type { InspectAnswer, InspectKind, InspectQuestion, InspectTasks } from './inspect-task.ts';

/** The largest trees take seconds. */
const STALL_MS = 300_000;

/** The thread that goes through whole trees: what takes longer than a moment is done there. */
export class InspectThread implements AsyncDisposable {
  readonly #thread = new AskedThread<InspectQuestion, InspectAnswer>({
    name: 'inspect',
    entry: threadEntry('inspect-worker', import.meta.url),
    stall: {
      afterMs: STALL_MS,
      failure: () => new EngineError('internal', 'The image takes too long to be looked at.'),
    },
  });

  async ask<K extends InspectKind>(
    kind: K,
    wanted: InspectTasks[K]['ask'],
    signal: AbortSignal,
  ): Promise<InspectTasks[K]['answer']> {
    for await (const answer of this.stream(kind, wanted, signal)) return answer;
    throw new EngineError('internal', `The question "${kind}" had no answer.`);
  }

  async *stream<K extends InspectKind>(
    kind: K,
    wanted: InspectTasks[K]['ask'],
    signal: AbortSignal,
  ): AsyncGenerator<InspectTasks[K]['answer']> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a kind and what it asks belong together
    const question = { kind, wanted } as InspectQuestion;
    for await (const { value } of this.#thread.ask(question, signal, ({ isLast }) => isLast)) {
      yield value;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#thread[Symbol.asyncDispose]();
  }
}
