import { posix } from 'node:path';

import { Glob, type GlobStep } from './glob.ts';
import { DockerfileError } from './problem.ts';

interface Rule {
  readonly glob: Glob;
  /** `!`: what matches is kept after all. */
  readonly isException: boolean;
  /** As it is compared, cleaned. */
  readonly pattern: string;
}

/**
 * What of a build context is left out (Dockerfile reference, ".dockerignore file"). A rule that matches a directory
 * matches all in it; of the rules that match, the last decides.
 */
export class IgnoreRules {
  readonly #rules: readonly Rule[];

  /** @param text of a `.dockerignore`. @throws DockerfileError naming the pattern that can't be read. */
  constructor(text: string) {
    this.#rules = text
      .replace(/^\uFEFF/, '')
      .split('\n')
      .flatMap(ruleIn);
  }

  /** @param path relative to the context, with `/` between its parts. */
  excludes(path: string): boolean {
    let beginnings: readonly string[] | undefined;
    let isExcluded = false;
    for (const { glob, isException } of this.#rules) {
      if (isExcluded !== isException || !path.includes(glob.needle)) continue;
      beginnings ??= beginningsOf(path);
      if (beginnings.some((beginning) => glob.matches(beginning))) isExcluded = !isException;
    }
    return isExcluded;
  }

  /** Whether something beneath an excluded directory may be kept after all, so that it has to be walked. */
  mayKeepBeneath(directory: string): boolean {
    return this.#rules.some(({ isException, pattern }) => {
      if (!isException) return false;
      const fixed = pattern.split('/').findIndex((part) => /[*?[\\]/.test(part));
      const parts = pattern.split('/').slice(0, fixed < 0 ? undefined : fixed);
      const walked = directory.split('/');
      const shared = Math.min(parts.length, walked.length);
      return parts.slice(0, shared).join('/') === walked.slice(0, shared).join('/');
    });
  }
}

/** `a`, `a/b`, `a/b/c`. */
function beginningsOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function ruleIn(line: string): Rule[] {
  const text = line.replace(/\r$/, '');
  if (text.startsWith('#') || text.trim() === '') return [];
  const trimmed = text.trim();
  const isException = trimmed.startsWith('!');
  const rest = (isException ? trimmed.slice(1) : trimmed).trim();
  if (rest === '') throw new DockerfileError('illegal exclusion pattern: "!"');
  const pattern = posix.normalize(rest).replace(/^\/+/, '').replace(/\/$/, '');
  // The context itself is never left out.
  if (pattern === '.' || pattern === '') return [];
  return [{ glob: patternOf(pattern), isException, pattern }];
}

const TOKEN = /\*\*+(\/?)|\*|\?|\[(\^?)(\]?(?:\\.|[^\]\\])*)\]|\\(.)|([^*?\\[])|([\\[])/gsu;

/** `**` and a text: whatever ends so. */
const ENDING = /^\*\*[^/*?[\]\\][^*?[\]\\]*$/;

/**
 * Go's path patterns (pkg.go.dev/path/filepath, Match) with `**` for any number of directories, whether or not a slash follows
 * it; only at a pattern's end, or before nothing but a text, it is any number of characters (moby/patternmatcher).
 */
export function patternOf(pattern: string): Glob {
  const isEnding = ENDING.test(pattern);
  const steps = Array.from(pattern.matchAll(TOKEN), (match): GlobStep => {
    const [whole, , negation, members, escaped, plain] = match;
    if (whole.startsWith('**')) {
      const isLast = match.index + whole.length === pattern.length;
      return isEnding || isLast ? { kind: 'many', takes: () => true } : { kind: 'directories' };
    }
    if (whole === '*') return { kind: 'many', takes: (char) => char !== '/' };
    if (whole === '?') return { kind: 'char', takes: (char) => char !== '/' };
    if (members !== undefined) return { kind: 'char', takes: classOf(members, negation === '^', pattern) };
    const wanted = escaped ?? plain;
    if (wanted === undefined) throw new DockerfileError(`syntax error in pattern ${JSON.stringify(pattern)}`);
    return { kind: 'char', takes: (char) => char === wanted, is: wanted };
  });
  return new Glob(steps);
}

function classOf(members: string, isNegated: boolean, pattern: string): (char: string) => boolean {
  const ranges = Array.from(members.matchAll(/(?:\\(.)|(.))(?:-(?:\\(.)|([^\]])))?/gsu), ([, e1, c1, e2, c2]) => {
    const from = e1 ?? c1 ?? '';
    return [from, e2 ?? c2 ?? from] as const;
  });
  if (ranges.length === 0) throw new DockerfileError(`syntax error in pattern ${JSON.stringify(pattern)}`);
  return (char) => char !== '/' && ranges.some(([from, to]) => char >= from && char <= to) !== isNegated;
}
