/**
 * Why a process ended, as far as its exit code tells.
 *
 * 125 to 127 are Docker's own codes for a container that never ran; above 128 a shell and the engine both report
 * 128 + the number of the signal that ended the process (POSIX shell, "Exit Status for Commands"; signal(7)).
 */
export type ExitReason =
  | { readonly kind: 'success' }
  | { readonly kind: 'failure'; readonly code: number }
  | { readonly kind: 'not-started' }
  | { readonly kind: 'not-executable' }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'out-of-memory' }
  | { readonly kind: 'signal'; readonly code: number; readonly signal: string; readonly cause: SignalCause };

/** What usually sends the signal, where that says more than its name. */
export type SignalCause = 'killed' | 'terminated' | 'interrupted' | 'crashed' | 'aborted' | 'other';

const signals: Readonly<Record<number, readonly [name: string, cause: SignalCause]>> = {
  1: ['SIGHUP', 'other'],
  2: ['SIGINT', 'interrupted'],
  3: ['SIGQUIT', 'other'],
  4: ['SIGILL', 'crashed'],
  5: ['SIGTRAP', 'other'],
  6: ['SIGABRT', 'aborted'],
  7: ['SIGBUS', 'crashed'],
  8: ['SIGFPE', 'crashed'],
  9: ['SIGKILL', 'killed'],
  10: ['SIGUSR1', 'other'],
  11: ['SIGSEGV', 'crashed'],
  12: ['SIGUSR2', 'other'],
  13: ['SIGPIPE', 'other'],
  14: ['SIGALRM', 'other'],
  15: ['SIGTERM', 'terminated'],
  24: ['SIGXCPU', 'other'],
  25: ['SIGXFSZ', 'other'],
  31: ['SIGSYS', 'crashed'],
};

export function exitReason(code: number, oomKilled = false): ExitReason {
  if (oomKilled) return { kind: 'out-of-memory' };
  if (code === 0) return { kind: 'success' };
  if (code === 125) return { kind: 'not-started' };
  if (code === 126) return { kind: 'not-executable' };
  if (code === 127) return { kind: 'not-found' };
  const known = signals[code - 128];
  if (known !== undefined) return { kind: 'signal', code, signal: known[0], cause: known[1] };
  return { kind: 'failure', code };
}
