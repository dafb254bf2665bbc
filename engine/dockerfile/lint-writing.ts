import type { Instruction, Stage } from './instruction.ts';
import type { LintContext, Report } from './lint-dockerfile.ts';
import type { Dockerfile } from './parse-dockerfile.ts';

type Check = (instruction: Instruction, report: Report, context: LintContext) => void;

/** Rules that one instruction, or the look of the whole file, is enough for. */
export function byWriting(file: Dockerfile, report: Report, context: LintContext): void {
  instructionCasing(file.instructions, report);
  for (const { emptyContinuations } of file.lines) {
    for (const line of emptyContinuations)
      report('NoEmptyContinuation', { line, endLine: line }, 'Empty continuation line');
  }
  for (const instruction of file.instructions) {
    for (const check of checks) check(instruction, report, context);
  }
  for (const stage of file.stages) {
    jsonArguments(stage, report);
    relativeWorkdir(stage, report);
  }
}

const checks: readonly Check[] = [
  (instruction, report) => {
    if (instruction.keyword !== 'MAINTAINER') return;
    report('MaintainerDeprecated', instruction, 'Maintainer instruction is deprecated in favor of using label');
  },
  (instruction, report) => {
    if ((instruction.keyword !== 'ENV' && instruction.keyword !== 'LABEL') || !instruction.isLegacy) return;
    const { keyword } = instruction;
    const message = `"${keyword} key=value" should be used instead of legacy "${keyword} key value" format`;
    report('LegacyKeyValueFormat', instruction, message);
  },
  exposedPorts,
  secrets,
  ignoredFiles,
  descriptions,
];

function isUpper(word: string): boolean {
  return word === word.toUpperCase();
}

function isLower(word: string): boolean {
  return word === word.toLowerCase();
}

function instructionCasing(instructions: readonly Instruction[], report: Report): void {
  const lower = instructions.filter(({ typed }) => isLower(typed)).length;
  const upper = instructions.filter(({ typed }) => isUpper(typed)).length;
  const isLowerMajority = lower > upper;
  const words = isLowerMajority ? 'lowercase' : 'uppercase';
  for (const instruction of instructions) {
    const { typed } = instruction;
    if (isLowerMajority ? isLower(typed) : isUpper(typed)) continue;
    const message = `Command '${typed}' should match the case of the command majority (${words})`;
    report('ConsistentInstructionCasing', instruction, message);
  }
}

/** Whoever names a shell of their own wants one. */
function jsonArguments({ instructions }: Stage, report: Report): void {
  let hasShell = false;
  for (const instruction of instructions) {
    const { keyword } = instruction;
    if (keyword === 'SHELL') hasShell = true;
    if ((keyword !== 'CMD' && keyword !== 'ENTRYPOINT') || instruction.command.form === 'exec' || hasShell) continue;
    const message = `JSON arguments recommended for ${keyword} to prevent unintended behavior related to OS signals`;
    report('JSONArgsRecommended', instruction, message);
  }
}

function relativeWorkdir({ instructions }: Stage, report: Report): void {
  for (const instruction of instructions) {
    if (instruction.keyword !== 'WORKDIR') continue;
    const { value } = instruction;
    // What a variable holds isn't known, and after an absolute one all is well.
    if (/^["']?(?:\/|[A-Za-z]:)/.test(value)) return;
    if (value.includes('$')) continue;
    const message = `Relative workdir ${JSON.stringify(value)} can have unexpected results if the base image changes`;
    report('WorkdirRelativePath', instruction, message);
  }
}

function exposedPorts(instruction: Instruction, report: Report): void {
  if (instruction.keyword !== 'EXPOSE') return;
  for (const port of instruction.ports) {
    const [number = '', protocol = ''] = port.split('/');
    if (number.replaceAll(/\$\{[^}]*\}/g, '').includes(':')) {
      const message = `EXPOSE instruction should not define an IP address or host-port mapping, found '${port}'`;
      report('ExposeInvalidFormat', instruction, message);
    }
    if (!isLower(protocol) && !protocol.includes('$')) {
      const message = `Defined protocol '${port}' in EXPOSE instruction should be lowercase`;
      report('ExposeProtoCasing', instruction, message);
    }
  }
}

const secretWords = 'apikey|auth|credentials?|key|passw(?:or)?d|pword|secret|token';
const SECRET = new RegExp(`(?:^|_)(?:${secretWords})(?:_|$)`, 'i');
const PUBLIC = /(?:^|_)public(?:_|$)/i;

function secrets(instruction: Instruction, report: Report): void {
  const { keyword } = instruction;
  if (keyword !== 'ARG' && keyword !== 'ENV') return;
  const names = (keyword === 'ARG' ? instruction.arguments : instruction.pairs).map(({ name }) => name);
  for (const name of names.filter((each) => SECRET.test(each) && !PUBLIC.test(each))) {
    const message = `Do not use ARG or ENV instructions for sensitive data (${keyword} ${JSON.stringify(name)})`;
    report('SecretsUsedInArgOrEnv', instruction, message);
  }
}

function ignoredFiles(instruction: Instruction, report: Report, context: LintContext): void {
  const { keyword } = instruction;
  if (keyword !== 'COPY' && keyword !== 'ADD') return;
  if (keyword === 'COPY' && instruction.flags.from !== undefined) return;
  const verb = keyword === 'COPY' ? 'Copy' : 'Add';
  for (const source of instruction.sources) {
    const path = source.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
    if (path === '' || /[*?[$]|^[a-z+]+:\/\/|^git@/i.test(source) || !context.isIgnored(path)) continue;
    const message = `Attempting to ${verb} file ${JSON.stringify(source)} that is excluded by .dockerignore`;
    report('CopyIgnoredFile', instruction, message);
  }
}

/** `# name what it is for` above an ARG or a named stage. */
function descriptions(instruction: Instruction, report: Report): void {
  const { keyword, comments } = instruction;
  const name = keyword === 'FROM' ? instruction.name : keyword === 'ARG' ? instruction.arguments[0]?.name : undefined;
  const comment = comments.at(-1);
  if (name === undefined || comment === undefined || comment.startsWith(`${name} `)) return;
  const kind = keyword === 'FROM' ? 'build stage' : 'argument';
  const message = `Comment for ${kind} should follow the format: \`# ${name} <description>\``;
  report('InvalidDefinitionDescription', instruction, message);
}
