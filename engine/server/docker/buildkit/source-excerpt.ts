/** Lines above and below the one that is meant. */
const AROUND = 2;

/** The lines of a Dockerfile that a failure is about, as Docker's clients show them. */
export function sourceExcerpt(
  text: string,
  name: string,
  { line, endLine }: { readonly line: number; readonly endLine: number },
): string {
  const rule = '-'.repeat(20);
  const first = Math.max(1, line - AROUND);
  const lines = text.split('\n').slice(first - 1, endLine + AROUND);
  const shown = lines.map((content, at) => {
    const number = first + at;
    const mark = number >= line && number <= endLine ? '>>>' : '   ';
    return `${String(number).padStart(4)} | ${mark} ${content}`.trimEnd();
  });
  return [`${name}:${line}`, rule, ...shown, rule].join('\n');
}
