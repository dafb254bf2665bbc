import { Glob, type GlobStep } from './glob.ts';
import { DockerfileError } from './problem.ts';

/** The shortest, or longest, beginning of the value that matches, taken away. @throws DockerfileError. */
export function removePrefix(value: string, pattern: string, isLongest: boolean): string {
  const chars = Array.from(value);
  const lengths = new Glob(stepsOf(pattern)).lengths(chars);
  return chars.slice((isLongest ? lengths.at(-1) : lengths[0]) ?? 0).join('');
}

/** The same at the end: both are walked backwards. */
export function removeSuffix(value: string, pattern: string, isLongest: boolean): string {
  const chars = Array.from(value).toReversed();
  const lengths = new Glob(stepsOf(pattern).toReversed()).lengths(chars);
  return chars
    .slice((isLongest ? lengths.at(-1) : lengths[0]) ?? 0)
    .toReversed()
    .join('');
}

export interface Replacement {
  readonly replacement: string;
  /** Every place that matches, or the first. */
  readonly isGlobal: boolean;
}

/** The longest that matches, from left to right. @throws DockerfileError. */
export function replacePattern(value: string, pattern: string, { replacement, isGlobal }: Replacement): string {
  const steps = stepsOf(pattern);
  const glob = new Glob(steps);
  const chars = Array.from(value);
  let result = '';
  let at = 0;
  while (at < chars.length) {
    const length = glob.lengths(chars, at).at(-1) ?? 0;
    if (length === 0) {
      // What begins with anything and matches nothing here matches nothing further on.
      if (steps[0]?.kind === 'many') break;
      result += chars[at] ?? '';
      at += 1;
      continue;
    }
    result += replacement;
    at += length;
    if (!isGlobal) break;
  }
  return result + chars.slice(at).join('');
}

/** `*` and `?` of a shell; a backslash takes their meaning, and everything else stands for itself. */
function stepsOf(pattern: string): readonly GlobStep[] {
  return Array.from(pattern.matchAll(/\*+|\?|\\(.?)|([^*?\\])/gs), ([whole, escaped, plain]): GlobStep => {
    if (whole.startsWith('*')) return { kind: 'many', takes: () => true };
    if (whole === '?') return { kind: 'char', takes: () => true };
    if (escaped === '') throw new DockerfileError(`invalid pattern ${pattern}: it ends with an escape`);
    const wanted = escaped ?? plain;
    return { kind: 'char', takes: (char) => char === wanted };
  });
}
