import { RE2JS } from 're2js';

/** Characters: names are shorter, and what is longer is nobody's wish for one. */
const LONGEST = 1000;

/**
 * Whether a name fits what a client of Docker's filters by: a part of it, or an expression of Go's (RE2).
 *
 * Its time is linear in the name, whatever the expression: everybody shares the thread that looks.
 */
export function fitsExpression(name: string, expression: string): boolean {
  if (name.includes(expression)) return true;
  return compiled(expression)?.matcher(name).find() ?? false;
}

/** Whether a name fits a pattern in which `*` stands for anything but a slash, with or without a tag of its own. */
export function fitsReference(name: string, pattern: string): boolean {
  const expression = pattern
    .split('*')
    .map((part) => RE2JS.quote(part))
    .join('[^/]*');
  return compiled(`${expression}(:[^/:]+)?`)?.matcher(name).matches() ?? false;
}

/** The last one: it is asked of every name of a list. */
let last: { readonly expression: string; readonly program: RE2JS | undefined } = { expression: '', program: undefined };

/** @returns undefined for what is no expression: as with Docker, nothing fits it. */
function compiled(expression: string): RE2JS | undefined {
  if (last.expression !== expression) last = { expression, program: compile(expression) };
  return last.program;
}

function compile(expression: string): RE2JS | undefined {
  if (expression.length > LONGEST) return undefined;
  try {
    return RE2JS.compile(expression);
  } catch {
    return undefined;
  }
}
