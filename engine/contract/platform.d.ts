/*
 * What Node and browsers both have and the language's own library lacks. Only the projects that compile with neither
 * (`contract`, `oci`) see this file; everywhere else the platform's types say the same.
 */

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean; signal?: AbortSignal }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

declare const AbortSignal: {
  abort(reason?: unknown): AbortSignal;
  any(signals: Iterable<AbortSignal>): AbortSignal;
  timeout(milliseconds: number): AbortSignal;
};

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare const AbortController: new () => AbortController;

declare const TextEncoder: new () => {
  encode(text: string): Uint8Array<ArrayBuffer>;
};

declare const TextDecoder: new (
  label?: string,
  options?: { fatal?: boolean; ignoreBOM?: boolean },
) => {
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string;
};

declare function queueMicrotask(callback: () => void): void;
declare function structuredClone<T>(value: T): T;
