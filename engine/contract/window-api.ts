import type { ErrorCode } from './errors.ts';

/**
 * How something asked through `window.estrato` ended. Failures travel as values: Electron's contextBridge hands a
 * thrown error over without its class and its code.
 */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** Whether the engine can be reached. `reason` is a sentence for people: why the last connection was lost or refused. */
export type ConnectionState =
  | { readonly status: 'connecting' }
  | { readonly status: 'connected' }
  | { readonly status: 'reconnecting'; readonly reason: string };

export interface StreamListener {
  /** Resolves when the item has been read: only then does the next one come. */
  readonly item: (value: unknown) => Promise<void>;
  /** The last call. */
  readonly end: (outcome: Outcome) => void;
}

export interface DuplexListener {
  /** Resolves when the bytes have been read: that is what lets the engine send more. */
  readonly bytes: (chunk: Uint8Array) => Promise<void>;
  /** No more bytes from the engine. */
  readonly bytesEnd: (outcome: Outcome) => void;
  readonly message: (value: unknown) => void;
  /** The engine's answer, or why there is none. */
  readonly answer: (outcome: Outcome) => void;
}

export interface WindowCall {
  readonly answer: Promise<Outcome>;
  readonly cancel: () => void;
}

export interface WindowStream {
  readonly cancel: () => void;
}

export interface WindowDuplex {
  /** Resolves once the engine has credit for more. */
  readonly write: (bytes: Uint8Array) => Promise<Outcome>;
  readonly send: (message: unknown) => void;
  /** No more bytes from this side. */
  readonly end: () => void;
  readonly close: () => void;
}

/** A file of the person's that is being written: there when it is closed, as it was before when it is aborted. */
export interface WindowFile {
  /** Resolves when the bytes are written, which is when more are wanted. */
  readonly write: (bytes: Uint8Array) => Promise<Outcome>;
  readonly close: () => Promise<Outcome>;
  readonly abort: () => void;
}

/** `file` is undefined when the person chose none. */
export type SaveOutcome =
  { readonly ok: true; readonly file: WindowFile | undefined } | Extract<Outcome, { readonly ok: false }>;

/**
 * `window.estrato`: what the desktop's preload and the browser's bridge both put before the renderer.
 *
 * Made of plain objects, functions, promises and `Uint8Array` only, so that it passes Electron's contextBridge. It
 * reconnects by itself: what was pending when a connection was lost fails with `unavailable`, what is asked
 * meanwhile waits for the next connection.
 */
export interface WindowApi {
  readonly call: (method: string, params: unknown) => WindowCall;
  readonly stream: (method: string, params: unknown, listener: StreamListener) => WindowStream;
  readonly duplex: (method: string, params: unknown, listener: DuplexListener) => WindowDuplex;
  /** Calls back at once with the state as it is, then whenever it changes. @returns stops the calls. */
  readonly watchConnection: (listener: (state: ConnectionState) => void) => () => void;
  /** Of the desktop only, whose pages have no downloads: has the person choose a file, by this name or another. */
  readonly saveFile?: (name: string) => Promise<SaveOutcome>;
}
