/** What whoever waits for a program passes on to it. */
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/** Until it is disposed of, what this process is signalled goes to another. */
export function forwardSignals(pid: number): Disposable {
  const pass = (signal: NodeJS.Signals): void => {
    try {
      process.kill(pid, signal);
    } catch {
      // It has just ended, and that is what its waiter learns next.
    }
  };
  for (const signal of forwarded) process.on(signal, pass);
  return {
    [Symbol.dispose]: () => {
      for (const signal of forwarded) process.off(signal, pass);
    },
  };
}
