import { EngineError } from '#engine/contract/errors.ts';
import type { EngineEvent } from '#engine/contract/event.ts';

import type { EventBus } from './event-bus.ts';

/** How many past events a late subscriber can still ask for. */
const KEPT_EVENTS = 1000;
/** How many unread events a subscriber may have: far more than a person's machine makes in a minute. */
const BUFFERED_EVENTS = 10_000;

interface Subscription {
  readonly unread: EngineEvent[];
  hasLostEvents: boolean;
  wake: () => void;
}

/** Events of this engine's life, in memory: what must outlive it is in the database. */
export class MemoryEventBus implements EventBus {
  readonly #kept: EngineEvent[] = [];
  readonly #subscriptions = new Set<Subscription>();
  readonly #now: () => number;
  readonly #bufferedEvents: number;

  constructor(options: { readonly now?: () => number; readonly bufferedEvents?: number } = {}) {
    this.#now = options.now ?? Date.now;
    this.#bufferedEvents = options.bufferedEvents ?? BUFFERED_EVENTS;
  }

  get listeners(): number {
    return this.#subscriptions.size;
  }

  publish(event: Omit<EngineEvent, 'time'>): void {
    const timed: EngineEvent = { ...event, time: this.#now() };
    this.#kept.push(timed);
    if (this.#kept.length > KEPT_EVENTS) this.#kept.shift();
    for (const subscription of this.#subscriptions) {
      if (subscription.unread.length >= this.#bufferedEvents) {
        subscription.hasLostEvents = true;
        this.#subscriptions.delete(subscription);
      } else {
        subscription.unread.push(timed);
      }
      subscription.wake();
    }
  }

  /** Subscribed when this returns, not at the first read: nothing published in between is missed. */
  subscribe(options: { readonly signal: AbortSignal; readonly sinceMs?: number }): AsyncIterable<EngineEvent> {
    const { signal, sinceMs } = options;
    const unread = sinceMs === undefined ? [] : this.#kept.filter((event) => event.time >= sinceMs);
    const subscription: Subscription = { unread, hasLostEvents: false, wake: () => {} };
    if (!signal.aborted) this.#subscriptions.add(subscription);
    signal.addEventListener(
      'abort',
      () => {
        this.#subscriptions.delete(subscription);
        subscription.wake();
      },
      { once: true },
    );
    return this.#read(subscription, signal);
  }

  async *#read(subscription: Subscription, signal: AbortSignal): AsyncGenerator<EngineEvent> {
    try {
      while (!signal.aborted) {
        const event = subscription.unread.shift();
        if (event !== undefined) {
          yield event;
        } else if (subscription.hasLostEvents) {
          throw new EngineError(
            'unavailable',
            'This listener fell too far behind the events and lost some; subscribe again.',
          );
        } else {
          const { promise, resolve } = Promise.withResolvers<void>();
          subscription.wake = resolve;
          await promise;
        }
      }
    } finally {
      this.#subscriptions.delete(subscription);
    }
  }
}
