import type { CommandLine, OptionTable } from './command-line.ts';
import type { StateRoot } from './state-root.ts';

/** What the options before a command's name say. */
export interface CommandContext {
  readonly launcherPath: string;
  readonly states: StateRoot;
}

/** One of the runtime's commands. */
export interface OciCommand {
  /** What its words are, for people: `CONTAINER`. */
  readonly usage: string;
  readonly options: OptionTable;
  /** @returns the exit code. @throws EngineError when it can't be done. */
  run(context: CommandContext, line: CommandLine): Promise<number>;
}
