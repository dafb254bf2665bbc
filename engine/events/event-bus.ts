import type { EngineEvent } from '#engine/contract/event.ts';

/**
 * What has happened, to whoever listens: the only way news travels up.
 *
 * Publishing never waits and never throws; a listener that falls behind by more than its buffer loses its
 * subscription, never another's event.
 */
export interface EventBus {
  /** How many listen now. */
  readonly listeners: number;
  publish(event: Omit<EngineEvent, 'time'>): void;
  /** Everything from now on (and kept events since `sinceMs`, up to the last 1,000), until the signal. */
  subscribe(options: { readonly signal: AbortSignal; readonly sinceMs?: number }): AsyncIterable<EngineEvent>;
}
