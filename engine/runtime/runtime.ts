import type { TerminalSize } from '#engine/contract/terminal.ts';
import type { RuntimeResources, RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import type { LayerImages, RootMount } from '#engine/snapshot/snapshotter.ts';

import type { NetworkLink, PortRelay } from './network-link.ts';
import type { ResourceUsage } from './resource-usage.ts';
import type { UsageMeter } from './usage-counters.ts';

/** How a process ended. `signal` is the number when one ended it; `exitCode` is then 128 + signal. */
export interface ExitStatus {
  readonly exitCode: number;
  readonly signal?: number;
  readonly oomKilled: boolean;
  /** Unix milliseconds. */
  readonly finishedAt: number;
}

export interface LaunchRequest {
  /** 64 hex digits. */
  readonly id: string;
  /** Absolute directory of the container; `config.json`, the shim's socket, the log and the exit status live there. */
  readonly bundle: string;
  readonly spec: RuntimeSpec;
  readonly root: RootMount;
  /** Keep stdin open for those who attach; without it stdin is `/dev/null`. */
  readonly openStdin: boolean;
  /** Close stdin when the first client that attached to it goes (Docker's `StdinOnce`). */
  readonly stdinOnce: boolean;
  /**
   * Leave output unread, and an early end untold, until somebody attaches (ten seconds at most), so that who started it
   * misses nothing.
   */
  readonly holdOutput?: boolean;
  /** All of it unless told. */
  readonly log?: LogLimits;
  /** Into networks of the machine's, for a container with a network namespace of its own. */
  readonly links?: readonly NetworkLink[];
  /** Ports of the machine's that are the container's while it runs: nobody else can listen on them. */
  readonly ports?: readonly PortRelay[];
  /** Of those that the machine has, the one that makes it; this engine's own unless told. */
  readonly runtime?: string;
}

export interface ExecRequest {
  /** 64 hex digits. */
  readonly execId: string;
  readonly process: RuntimeSpec['process'];
  readonly openStdin: boolean;
}

/** A chunk of output: of a tty everything is `stdout`. */
export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

/**
 * Takes pieces of output, in order, and answers when it can take more: at once with undefined. The bytes are overwritten
 * after that.
 */
export type TakeChunks = (chunks: readonly OutputChunk[]) => Promise<void> | undefined;

/**
 * One client at a process's streams. Several may be attached at once; each gets all output.
 *
 * Reading slowly slows the process down, never the other clients' correctness. Closing detaches and leaves it running.
 */
export interface Attachment extends AsyncDisposable {
  /** Ends when the process has ended and all its output was read. */
  readonly output: AsyncIterable<OutputChunk>;
  /** The same instead, pushed as it comes: for whoever has much to pass on. Resolves where `output` would end. */
  relay(take: TakeChunks): Promise<void>;
  /** Resolves when the shim has taken the bytes. */
  write(bytes: Uint8Array): Promise<void>;
  /** No more input from this client. */
  endInput(): Promise<void>;
}

export interface AttachOptions {
  /** Send the last screenfuls (up to 64 KiB of raw output) first; `onReplayed` is called where live output begins. */
  readonly replay: boolean;
  readonly onReplayed?: () => void;
  /** Whether to take part in input; a client without can't hold stdin open. */
  readonly stdin: boolean;
}

/** A process held by a shim: the container's own, or an exec session's. */
export interface HeldProcess {
  /** On the host. */
  readonly pid: number;
  attach(options: AttachOptions): Promise<Attachment>;
  resize(size: TerminalSize): Promise<void>;
  /** @throws EngineError `conflict` when it has ended. */
  signal(signal: number): Promise<void>;
  /** Resolves when it has ended, at once if it has already. */
  wait(): Promise<ExitStatus>;
}

/** A container whose shim is alive. */
export interface RunningContainer extends HeldProcess {
  /** Starts a command in the container's namespaces. @throws EngineError whose message ends in the launcher's sentence. */
  exec(request: ExecRequest): Promise<HeldProcess>;
  /** Exec sessions that the shim still holds, ended ones included. */
  execs(): Promise<ReadonlyMap<string, HeldProcess>>;
  signalAll(signal: number): Promise<void>;
  /**
   * Sets limits anew; those that aren't named stay.
   * @throws EngineError `unsupported` where there are no control groups, `internal` with the kernel's reason.
   */
  update(resources: Omit<RuntimeResources, 'devices'>): Promise<void>;
  /**
   * Resolves when every process stands still.
   * @throws EngineError `unsupported` where there are no control groups to hold them with.
   */
  pause(): Promise<void>;
  /** Idempotent. */
  resume(): Promise<void>;
  isPaused(): Promise<boolean>;
  /** Gives back what the kernel keeps for it, once it has ended; whatever still runs of it is ended. Idempotent. */
  release(): Promise<void>;
  /** Gives it one more link, set up. @throws EngineError `internal` with the launcher's sentence. */
  connect(link: NetworkLink): Promise<void>;
  /** Has everything that isn't on a link go out of this one, which it has already. */
  routeThrough(link: NetworkLink): Promise<void>;
  /** Takes a link away, by its name in the container. */
  disconnect(name: string): Promise<void>;
  usage(): Promise<ResourceUsage>;
  /** What reads its use every second; undefined where no control groups count it. */
  meter(): UsageMeter | undefined;
  /** Host pids in the container. */
  pids(): Promise<readonly number[]>;
}

/** Several trees as one that nobody writes to, top one first: at least two. */
export interface RootView {
  readonly type: 'view';
  readonly lower: readonly string[];
  readonly images?: LayerImages;
}

/** A root file system that is mounted until this is disposed of. */
export interface OpenRoot extends AsyncDisposable {
  /** Leads there from the engine's own namespace; links within are not to be followed. */
  readonly path: string;
}

/** A piece of a container's log. */
export interface LogChunk extends OutputChunk {
  /** Unix milliseconds at which the shim read it. */
  readonly time: number;
  /** How many bytes of the log stood before it that aren't kept any more, or were never written. */
  readonly missedBytes?: number;
}

/** How much of a log is kept. */
export interface LogLimits {
  /** Of a segment, index included; what is kept is so many segments. 0 is a log without end. */
  readonly segmentBytes: number;
  /** 0 is no log at all. */
  readonly segments: number;
  /**
   * Bytes that may wait for the disk, so that the container doesn't; what is more is lost, and told as missed. Without
   * it the container waits.
   */
  readonly roomBytes?: number;
}

export const wholeLog: LogLimits = { segmentBytes: 0, segments: 1 };

export interface LogOptions {
  /** Go on with new output, until the shim has closed the log. */
  readonly follow: boolean;
  /** Start this many lines before the end. */
  readonly tailLines?: number;
  /** Told once it is known where the reading begins: whatever is written from then on is told. */
  readonly onPlaced?: () => void;
  /** Unix milliseconds. */
  readonly since?: number;
  readonly until?: number;
  readonly signal?: AbortSignal;
}

/**
 * Starts containers and finds them again.
 *
 * What a container needs to go on living (pty, log, exit status, exec sessions) is held by its shim, a process of its
 * own; an engine that was killed finds everything again through the bundle.
 */
export interface Runtime {
  /**
   * Resolves once the container's program runs. All or nothing: when it throws, no process and no cgroup is left.
   * @throws EngineError `not-found` when the program isn't in the image (Docker's exit code 127), `forbidden` when it
   * can't be executed (126), otherwise `internal`; the message ends in the launcher's sentence.
   */
  start(request: LaunchRequest): Promise<RunningContainer>;
  /** The container of a bundle, if it runs: its shim is alive and holds it. */
  reconnect(id: string, bundle: string): Promise<RunningContainer | undefined>;
  /** What the shim recorded durably at the end; undefined when it ended without (the machine lost power, the shim was killed). */
  exitStatus(bundle: string): Promise<ExitStatus | undefined>;
  /** What is kept of the log, oldest first. */
  readLog(bundle: string, options: LogOptions): AsyncIterable<LogChunk>;
  /**
   * Mounts a root where nobody else sees it, for the engine to look into and write to.
   * @param bundle an absolute directory, for the place to mount on.
   */
  openRoot(root: RootMount | RootView, bundle: string): Promise<OpenRoot>;
  /** Ends whatever is left of a container: processes, shim, cgroups, runtime state. Idempotent. */
  destroy(id: string, bundle: string): Promise<void>;
}
