/** What a run of `npm test` consists of. */
export interface Plan {
  readonly checks: boolean;
  /** The launcher's own tests, in C. */
  readonly launcher: boolean;
  /** Projects of `vitest.config.ts`, one after the other. */
  readonly projects: readonly string[];
  /** Only these files, `-t NAME` and the like; passed on to vitest. */
  readonly vitestArgs: readonly string[];
}

const nothing: Plan = { checks: false, launcher: false, projects: [], vitestArgs: [] };

const parts: Readonly<Record<string, Plan>> = {
  '--fast': { ...nothing, projects: ['unit'] },
  '--unit': { ...nothing, projects: ['unit'] },
  '--checks': { ...nothing, checks: true },
  '--linux': { ...nothing, launcher: true, projects: ['linux'] },
  '--e2e': { ...nothing, projects: ['e2e'] },
};

/** Everything without an argument; one part by its flag; otherwise the files named. */
export function planOf(args: readonly string[]): Plan {
  const flags = args.filter((argument) => argument in parts);
  const vitestArgs = args.filter((argument) => !(argument in parts));
  if (flags.length === 0 && vitestArgs.length > 0) return { ...nothing, projects: ['*'], vitestArgs };
  if (flags.length === 0) return { checks: true, launcher: true, projects: ['unit', 'linux', 'e2e'], vitestArgs };
  const chosen = flags.map((flag) => parts[flag] ?? nothing);
  return {
    checks: chosen.some(({ checks }) => checks),
    launcher: chosen.some(({ launcher }) => launcher),
    projects: [...new Set(chosen.flatMap(({ projects }) => projects))],
    vitestArgs,
  };
}
