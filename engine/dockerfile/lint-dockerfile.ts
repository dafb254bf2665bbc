import { byWriting } from './lint-writing.ts';
import { byStages } from './lint-stages.ts';
import type { Dockerfile } from './parse-dockerfile.ts';
import type { Place, Problem } from './problem.ts';

/** What a rule may ask beside the file itself. */
export interface LintContext {
  /** Names of the variables that an image brings; undefined if that isn't known here. */
  environmentOf(image: string): readonly string[] | undefined;
  /** Whether the build context leaves a path out. */
  isIgnored(path: string): boolean;
}

/** A rule's finding: BuildKit's name for it (docs.docker.com, "Build checks"), and its sentence. */
export type Report = (rule: string, place: Place, message: string) => void;

/** They say too much for most people, so that a file asks for them: `# check=experimental=all`. */
const experimental: readonly string[] = ['CopyIgnoredFile', 'InvalidDefinitionDescription'];

/** What is better written another way, by the order of lines. A `check` directive leaves rules out, or makes errors of them. */
export function lintDockerfile(file: Dockerfile, context: LintContext): readonly Problem[] {
  const wishes = wishesOf(file.directives.check ?? '');
  const found: Problem[] = [];
  const report: Report = (rule, { line, endLine, column = 1 }, message) => {
    if (wishes.skips(rule) || (experimental.includes(rule) && !wishes.tries(rule))) return;
    found.push({ severity: wishes.areErrors ? 'error' : 'warning', rule, message, line, endLine, column });
  };
  byWriting(file, report, context);
  byStages(file, report, context);
  return found.toSorted((a, b) => a.line - b.line);
}

interface Wishes {
  skips(rule: string): boolean;
  tries(rule: string): boolean;
  readonly areErrors: boolean;
}

/** `skip=JSONArgsRecommended,StageNameCasing;error=true;experimental=all`. */
function wishesOf(text: string): Wishes {
  const parts = new Map(
    text.split(';').map((part) => {
      const [key = '', value = ''] = part.split('=');
      return [key.trim().toLowerCase(), value.trim()];
    }),
  );
  const lists = (key: string) => {
    const names = (parts.get(key) ?? '').split(',').map((name) => name.trim());
    return (rule: string): boolean => names.includes('all') || names.includes(rule);
  };
  return { skips: lists('skip'), tries: lists('experimental'), areErrors: parts.get('error') === 'true' };
}
