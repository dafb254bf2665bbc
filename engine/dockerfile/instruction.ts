import type { Heredoc } from './logical-lines.ts';

/** What every instruction knows of where it came from. Values are as written: variables are expanded when it is built. */
interface Written {
  /** The instruction's own text, joined into one line, as the image's history tells it. */
  readonly text: string;
  /** The keyword as it was typed. */
  readonly typed: string;
  readonly line: number;
  readonly endLine: number;
  readonly comments: readonly string[];
}

/** A line for a shell, or a program with its arguments. */
export type CommandForm =
  { readonly form: 'shell'; readonly line: string } | { readonly form: 'exec'; readonly words: readonly string[] };

export interface NameValue {
  readonly name: string;
  readonly value: string;
}

/** `ARG NAME=value`; without a value it is whatever the builder is told. */
export interface Argument {
  readonly name: string;
  readonly value?: string;
}

interface CopyFlags {
  /** A stage, an image or a named context; the build context if absent. */
  readonly from?: string | undefined;
  readonly chown?: string | undefined;
  readonly chmod?: string | undefined;
  readonly link: boolean;
  readonly parents: boolean;
  readonly exclude: readonly string[];
}

interface AddFlags extends Omit<CopyFlags, 'from' | 'parents'> {
  readonly checksum?: string | undefined;
  readonly keepGitDir?: boolean | undefined;
  /** Undefined: archives of the context are unpacked, downloaded ones are not. */
  readonly unpack?: boolean | undefined;
}

interface Sources {
  readonly sources: readonly string[];
  readonly destination: string;
  readonly heredocs: readonly Heredoc[];
}

export type Add = Written & Sources & { readonly keyword: 'ADD'; readonly flags: AddFlags };
export type Copy = Written & Sources & { readonly keyword: 'COPY'; readonly flags: CopyFlags };

export type Run = Written & {
  readonly keyword: 'RUN';
  readonly command: CommandForm;
  readonly heredocs: readonly Heredoc[];
  /** Each as it stands after `--mount=`. */
  readonly mounts: readonly string[];
  readonly network?: string | undefined;
  readonly security?: string | undefined;
};

export type From = Written & {
  readonly keyword: 'FROM';
  readonly image: string;
  readonly platform?: string | undefined;
  /** As it was typed; stages are found by it whatever its case. */
  readonly name?: string | undefined;
  /** `AS` as it was typed. */
  readonly asTyped?: string | undefined;
};

export type Health = Written & {
  readonly keyword: 'HEALTHCHECK';
  /** Undefined: `NONE`. */
  readonly test?: CommandForm;
  /** Nanoseconds. */
  readonly intervals: Readonly<Partial<Record<'interval' | 'timeout' | 'startPeriod' | 'startInterval', number>>>;
  readonly retries?: number;
};

export type Instruction =
  | Add
  | Copy
  | Run
  | From
  | Health
  | (Written & { readonly keyword: 'CMD' | 'ENTRYPOINT'; readonly command: CommandForm })
  | (Written & {
      readonly keyword: 'ENV' | 'LABEL';
      readonly pairs: readonly NameValue[];
      /** `ENV name value`. */
      readonly isLegacy: boolean;
    })
  | (Written & { readonly keyword: 'ARG'; readonly arguments: readonly Argument[] })
  | (Written & { readonly keyword: 'EXPOSE'; readonly ports: readonly string[] })
  | (Written & { readonly keyword: 'VOLUME'; readonly paths: readonly string[] })
  | (Written & { readonly keyword: 'USER' | 'WORKDIR' | 'STOPSIGNAL' | 'MAINTAINER'; readonly value: string })
  | (Written & { readonly keyword: 'SHELL'; readonly words: readonly string[] })
  | (Written & { readonly keyword: 'ONBUILD'; readonly trigger: Instruction });

export type Keyword = Instruction['keyword'];

/** One image on the way to the last (Dockerfile reference, "FROM"). */
export interface Stage {
  readonly from: From;
  /** All that follow it, up to the next. */
  readonly instructions: readonly Instruction[];
  /** From 0. */
  readonly index: number;
}
