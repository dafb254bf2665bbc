import { parseReference } from '#engine/contract/reference.ts';

import { closest } from './closest.ts';
import type { From, Instruction, Stage } from './instruction.ts';
import type { LintContext, Report } from './lint-dockerfile.ts';
import type { Dockerfile } from './parse-dockerfile.ts';
import { platformArguments, proxyArguments } from './predefined.ts';
import { DockerfileError } from './problem.ts';
import { expand } from './shell-lexer.ts';

/** Rules that need to know which stage follows which, and what is declared where. */
export function byStages(file: Dockerfile, report: Report, context: LintContext): void {
  stageNames(file.stages, report);
  for (const stage of file.stages) {
    fromCasing(stage.from, report);
    fromPlatform(stage.from, report);
    fromArguments(file, stage, report);
    onlyLastCounts(stage, report);
  }
  undefinedVariables(file, report, context);
}

const reserved: readonly string[] = ['context', 'scratch'];

function stageNames(stages: readonly Stage[], report: Report): void {
  const seen = new Set<string>();
  for (const { from } of stages) {
    const { name } = from;
    if (name === undefined) continue;
    const lower = name.toLowerCase();
    if (name !== lower) report('StageNameCasing', from, `Stage name '${name}' should be lowercase`);
    if (reserved.includes(lower)) {
      report('ReservedStageName', from, `'${lower}' is reserved and should not be used as a stage name`);
    }
    if (seen.has(lower))
      report('DuplicateStageName', from, `Duplicate stage name "${name}", stage names should be unique`);
    seen.add(lower);
  }
}

function fromCasing(from: From, report: Report): void {
  const { typed, asTyped } = from;
  if (asTyped === undefined) return;
  const isLower = typed === typed.toLowerCase();
  if (asTyped === (isLower ? asTyped.toLowerCase() : asTyped.toUpperCase())) return;
  report('FromAsCasing', from, `'${asTyped}' and '${typed}' keywords' casing do not match`);
}

function fromPlatform(from: From, report: Report): void {
  const { platform, name } = from;
  if (platform === undefined) return;
  if (/^\$(?:TARGETPLATFORM|\{TARGETPLATFORM\})$/.test(platform)) {
    const message = `Setting platform to predefined ${platform} in FROM is redundant as this is the default behavior`;
    report('RedundantTargetPlatform', from, message);
  }
  if (platform.includes('$')) return;
  // A stage that is chosen by its platform's name may have just that one.
  if (platform.split('/').some((part) => name?.toLowerCase().includes(part.toLowerCase()) === true)) return;
  const message = `FROM --platform flag should not use constant value ${JSON.stringify(platform)}`;
  report('FromPlatformFlagConstDisallowed', from, message);
}

function fromArguments({ directives, globalArguments }: Dockerfile, { from }: Stage, report: Report): void {
  const { escape } = directives;
  const before = globalArguments.filter(({ line }) => line < from.line);
  const declared = [...before.map(({ name }) => name), ...platformArguments];
  const withDefaults = new Map(
    before.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
  );
  for (const name of platformArguments) withDefaults.set(name, name.toLowerCase());
  for (const text of [from.image, from.platform ?? '']) {
    for (const name of unsetIn(text, escape, withDefaults).filter((each) => !declared.includes(each))) {
      const near = closest(name, declared);
      const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
      report('UndefinedArgInFrom', from, `FROM argument '${name}' is not declared${hint}`);
    }
  }
  const undefaulted = unsetIn(from.image, escape, withDefaults).filter((name) => declared.includes(name));
  if (undefaulted.length === 0 || isReference(textOf(from.image, escape, withDefaults))) return;
  const message = `Default value for ARG ${from.image} results in empty or invalid base image name`;
  report('InvalidDefaultArgInFrom', from, message);
}

function isReference(name: string): boolean {
  try {
    parseReference(name);
    return true;
  } catch {
    return false;
  }
}

function unsetIn(text: string, escape: '\\' | '`', variables: ReadonlyMap<string, string>): readonly string[] {
  return reading(text, escape, variables)?.unset ?? [];
}

function textOf(text: string, escape: '\\' | '`', variables: ReadonlyMap<string, string>): string {
  return reading(text, escape, variables)?.text ?? '';
}

/** What can't be expanded is an error that the build tells; rules are silent about it. */
function reading(
  text: string,
  escape: '\\' | '`',
  variables: ReadonlyMap<string, string>,
): ReturnType<typeof expand> | undefined {
  try {
    return expand(text, { escape, variables });
  } catch (error) {
    if (error instanceof DockerfileError) return undefined;
    throw error;
  }
}

const once = ['CMD', 'ENTRYPOINT', 'HEALTHCHECK'] as const;

function onlyLastCounts({ instructions }: Stage, report: Report): void {
  for (const keyword of once) {
    const found = instructions.filter((instruction) => instruction.keyword === keyword);
    for (const instruction of found.slice(0, -1)) {
      const message = `Multiple ${keyword} instructions should not be used in the same stage because only the last one will be used`;
      report('MultipleInstructionsDisallowed', instruction, message);
    }
  }
}

/** A stage goes on with what the one it begins from has; where an image's variables aren't known, nothing is said. */
function undefinedVariables({ stages, directives }: Dockerfile, report: Report, context: LintContext): void {
  const known = new Map<string, Set<string> | undefined>();
  for (const { from, instructions, index } of stages) {
    const base = beginning(from.image, known, context);
    const names = base === undefined ? undefined : new Set([...base, ...proxyArguments]);
    if (names !== undefined) {
      for (const instruction of instructions) namesUsed(instruction, directives.escape, names, report);
    }
    const key = from.name?.toLowerCase();
    if (key !== undefined) known.set(key, names);
    known.set(`${index}`, names);
  }
}

function beginning(
  image: string,
  known: ReadonlyMap<string, ReadonlySet<string> | undefined>,
  context: LintContext,
): Iterable<string> | undefined {
  if (known.has(image.toLowerCase())) return known.get(image.toLowerCase());
  if (image === 'scratch') return [];
  return image.includes('$') ? undefined : context.environmentOf(image);
}

function namesUsed(instruction: Instruction, escape: '\\' | '`', names: Set<string>, report: Report): void {
  const variables = new Map([...names].map((name) => [name, '']));
  for (const name of new Set(expandedTexts(instruction).flatMap((text) => unsetIn(text, escape, variables)))) {
    // A shell's own, which nobody declares.
    if (!/^[a-zA-Z_]/.test(name)) continue;
    const near = closest(name, [...names]);
    const hint = near === undefined ? '' : ` (did you mean $${near}?)`;
    report('UndefinedVar', instruction, `Usage of undefined variable '$${name}'${hint}`);
  }
  if (instruction.keyword === 'ARG') for (const { name } of instruction.arguments) names.add(name);
  if (instruction.keyword === 'ENV') for (const { name } of instruction.pairs) names.add(name);
}

/** What of an instruction has its variables replaced by the builder: never a shell's line. */
function expandedTexts(instruction: Instruction): readonly string[] {
  switch (instruction.keyword) {
    case 'ENV':
    case 'LABEL':
      return instruction.pairs.flatMap(({ name, value }) => [name, value]);
    case 'ARG':
      return instruction.arguments.flatMap(({ value }) => value ?? []);
    case 'ADD':
    case 'COPY':
      return [...instruction.sources, instruction.destination, ...ownership(instruction.flags)];
    case 'EXPOSE':
      return instruction.ports;
    case 'VOLUME':
      return instruction.paths;
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
      return [instruction.value];
    default:
      return [];
  }
}

function ownership({
  chown,
  chmod,
}: {
  readonly chown?: string | undefined;
  readonly chmod?: string | undefined;
}): string[] {
  return [chown ?? '', chmod ?? ''];
}
