import { parseMode } from './parse-mode.ts';

/** What `--chmod` makes of a mode: one of its own, or changes one after the other. Plain data, so that it can be compared. */
export type ModeChange = number | readonly ModeClause[];

interface ModeClause {
  /** Some of `ugo`; empty stands for all, without what the mask takes. */
  readonly who: string;
  readonly operator: string;
  /** Some of `rwxXst`. */
  readonly bits: string;
}

/** What programs of a builder leave out where nobody is named (umask(2)). */
const MASK = 0o022;
const CLASSES = [
  ['u', 6],
  ['g', 3],
  ['o', 0],
] as const;

/** `0755`, `u=rwX,go=rX`, `+x` (chmod(1)); undefined for what is neither. */
export function parseModeChange(text: string): ModeChange | undefined {
  const mode = parseMode(text);
  if (mode !== undefined) return mode;
  const clauses = text.split(',').map((clause) => /^([ugoa]*)([+=-])([rwxXst]*)$/.exec(clause));
  const read = clauses.flatMap((clause) => {
    if (clause === null) return [];
    const [, who = '', operator = '', bits = ''] = clause;
    return [{ who: who.includes('a') ? 'ugo' : who, operator, bits }];
  });
  return read.length === clauses.length ? read : undefined;
}

/** @param mode permission bits with setuid, setgid and sticky. */
export function changedMode(change: ModeChange, mode: number, isDirectory: boolean): number {
  if (typeof change === 'number') return change;
  return change.reduce((now, clause) => applied(clause, now, isDirectory), mode);
}

function applied({ who, operator, bits }: ModeClause, mode: number, isDirectory: boolean): number {
  const classes = CLASSES.filter(([name]) => who === '' || who.includes(name));
  const masked = who === '' ? ~MASK : ~0;
  const wanted = classes.reduce((sum, [, shift]) => sum | (permissions(bits, mode, isDirectory) << shift), 0) & masked;
  const all = wanted | special(bits, who);
  if (operator === '+') return mode | all;
  if (operator === '-') return mode & ~all;
  const replaced = classes.reduce((sum, [, shift]) => sum | (7 << shift), 0) & masked;
  return (mode & ~replaced) | all;
}

/** Of one class; X is what is run already, or a directory's. */
function permissions(bits: string, mode: number, isDirectory: boolean): number {
  const isRun = bits.includes('x') || (bits.includes('X') && (isDirectory || (mode & 0o111) !== 0));
  return (bits.includes('r') ? 4 : 0) | (bits.includes('w') ? 2 : 0) | (isRun ? 1 : 0);
}

function special(bits: string, who: string): number {
  const isFor = (name: string): boolean => who === '' || who.includes(name);
  const ids = (isFor('u') ? 0o4000 : 0) | (isFor('g') ? 0o2000 : 0);
  return (bits.includes('s') ? ids : 0) | (bits.includes('t') ? 0o1000 : 0);
}
