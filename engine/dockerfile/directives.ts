import { errorAt, type Problem } from './problem.ts';

/** What the first comments of a Dockerfile say to whoever reads it (Dockerfile reference, "Parser directives"). */
export interface Directives {
  /** The character that takes the next one's meaning, or joins a line with the next. */
  readonly escape: '\\' | '`';
  /** The image that would read the file for BuildKit. Never fetched here. */
  readonly syntax: string | undefined;
  /** `skip=…;error=true`, as it stands. */
  readonly check: string | undefined;
}

const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/;
const known: readonly string[] = ['escape', 'syntax', 'check'];

/** They end with the first line that isn't written like one. */
export function readDirectives(lines: readonly string[]): { directives: Directives; problems: Problem[] } {
  const found = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [at, line] of lines.entries()) {
    const [, word = '', value = ''] = DIRECTIVE.exec(line) ?? [];
    if (word === '') break;
    const key = word.toLowerCase();
    if (!known.includes(key)) continue;
    const place = { line: at + 1, endLine: at + 1 };
    if (found.has(key)) problems.push(errorAt(place, `only one ${key} parser directive can be used`));
    if (key === 'escape' && value !== '\\' && value !== '`') {
      problems.push(errorAt(place, `invalid ESCAPE '${value}' does not match \` or \\`));
      continue;
    }
    found.set(key, value);
  }
  const escape = found.get('escape') === '`' ? '`' : '\\';
  return { directives: { escape, syntax: found.get('syntax'), check: found.get('check') }, problems };
}
