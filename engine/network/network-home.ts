import { readFile } from 'node:fs/promises';

/** A program to be started, where its network is to be. */
export interface Started {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * The network namespace that bridges and rules are in: the engine's own, or one that it keeps beside it.
 *
 * An engine that isn't root may change nothing in the network that it was started in.
 */
export interface NetworkHome {
  /** A file to enter it by; undefined for the engine's own. Of one that isn't open, undefined too. */
  readonly namespace: string | undefined;
  /** Why it can't be opened here: a sentence. Asked without opening it. */
  obstacle(): Promise<string | undefined>;
  /** Makes it, if it isn't there. @throws EngineError `unsupported` with the reason why it can't be. */
  open(): Promise<void>;
  /** Whether one is there that an engine before this one has opened. */
  adopt(): Promise<boolean>;
  /** Nothing is in it any more. */
  close(): Promise<void>;
  /** A file of proc_pid_net(5). */
  read(name: 'dev' | 'route' | 'ipv6_route'): Promise<string>;
  /** The same program with its network there. */
  within(started: Started): Started;
}

/** The network that the engine was started in. */
export const ownNetwork: NetworkHome = {
  namespace: undefined,
  obstacle: () => Promise.resolve(undefined),
  open: () => Promise.resolve(),
  adopt: () => Promise.resolve(true),
  close: () => Promise.resolve(),
  read: (name) => readFile(`/proc/self/net/${name}`, 'utf8').catch(() => ''),
  within: (started) => started,
};
