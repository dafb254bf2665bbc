import type { CallName, DuplexName, StreamName } from '#engine/contract/methods.ts';

import type { CallHandlers, DuplexHandlers, StreamHandlers } from './handler.ts';

/** The handlers of the methods whose names begin with `A.`; leaving one out does not compile. */
export type CallsOf<A extends string> = Pick<CallHandlers, Extract<CallName, `${A}.${string}`>>;
export type StreamsOf<A extends string> = Pick<StreamHandlers, Extract<StreamName, `${A}.${string}`>>;
export type DuplexesOf<A extends string> = Pick<DuplexHandlers, Extract<DuplexName, `${A}.${string}`>>;
