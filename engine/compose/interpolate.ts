import { EngineError } from '#engine/contract/errors.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Fills in `$NAME`, `${NAME}`, `${NAME:-otherwise}`, `${NAME-otherwise}`, `${NAME:?why}`, `${NAME?why}`, `${NAME:+instead}` and
 * `${NAME+instead}`, one within another; `$$` is a dollar (Compose specification, interpolation). With a colon an empty
 * value counts as none.
 *
 * @throws EngineError `invalid-argument` for what can't be read, and where a variable that must be there isn't.
 */
export function interpolate(text: string, variables: Variables): string {
  let filled = '';
  let rest = text;
  while (rest !== '') {
    const dollar = rest.indexOf('$');
    if (dollar < 0) return filled + rest;
    filled += rest.slice(0, dollar);
    rest = rest.slice(dollar);
    const [value, length] = expansion(rest, variables);
    filled += value;
    rest = rest.slice(length);
  }
  return filled;
}

/** What stands at the beginning, and how many characters it takes. */
function expansion(text: string, variables: Variables): readonly [value: string, length: number] {
  if (text.startsWith('$$')) return ['$', 2];
  const [plain = '', name] = /^\$([A-Za-z_]\w*)/.exec(text) ?? [];
  if (name !== undefined) return [variables[name] ?? '', plain.length];
  if (!text.startsWith('${')) throw invalid(text);
  const end = closingBrace(text);
  const [, inner, operator = '', words = ''] = /^([A-Za-z_]\w*)(?:(:?[-?+])(.*))?$/s.exec(text.slice(2, end)) ?? [];
  if (inner === undefined) throw invalid(text.slice(0, end + 1));
  return [chosen(inner, operator, words, variables), end + 1];
}

// oxlint-disable-next-line max-params -- a name, how it is asked for, with what, and who knows
function chosen(name: string, operator: string, words: string, variables: Variables): string {
  const value = variables[name];
  const isThere = value !== undefined && !(operator.startsWith(':') && value === '');
  if (operator.endsWith('-')) return isThere ? value : interpolate(words, variables);
  if (operator.endsWith('+')) return isThere ? interpolate(words, variables) : '';
  if (operator.endsWith('?') && !isThere) {
    const why = interpolate(words, variables) || 'it has to be set';
    throw new EngineError('invalid-argument', `the variable ${name} is missing a value: ${why}`);
  }
  return value ?? '';
}

function closingBrace(text: string): number {
  let depth = 0;
  for (const [at, letter] of text.split('').entries()) {
    if (letter === '{') depth += 1;
    if (letter === '}') depth -= 1;
    if (letter === '}' && depth === 0) return at;
  }
  throw invalid(text);
}

function invalid(text: string): EngineError {
  return new EngineError(
    'invalid-argument',
    `${JSON.stringify(text.slice(0, 40))} names no variable: write \${NAME}, or $$ for a dollar`,
  );
}
