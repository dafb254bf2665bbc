import type { SearchColumns } from './search-columns.ts';
import { lowLetters, type SearchPattern } from './search-pattern.ts';

/** So many entries are gone through before others have their turn. */
const ENTRIES_A_TURN = 50_000;

/** The entries of a layer that match, in their order; undefined now and then, when there is nothing to tell yet. */
export async function matchingEntries(
  columns: SearchColumns,
  pattern: SearchPattern,
): Promise<Iterable<number | undefined>> {
  switch (pattern.kind) {
    case 'text':
      return byText(columns, pattern);
    case 'names':
      return byName(columns, pattern.expression);
    case 'paths':
      return byPath(columns, pattern.expression);
    case 'digest':
      return columns.entriesWithContent(pattern.hex);
  }
}

type TextPattern = Extract<SearchPattern, { kind: 'text' }>;

function* byText(columns: SearchColumns, { name, parent, isWhole }: TextPattern): Generator<number | undefined> {
  const text = columns.text(true);
  // Behind a parent a name begins with what is left; its slash is in the text.
  const wanted = parent === undefined ? name : `/${name}`;
  const isBeneath = beneath(columns, parent);
  let turn = 0;
  let entry = 0;
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at)) {
    entry = columns.entryAt(at, entry);
    const end = at + wanted.length;
    const isAtEnd = end === columns.textStart(entry + 1) - 1 || end === text.length;
    if ((!isWhole || isAtEnd) && isBeneath(entry)) yield entry;
    else if ((turn += 1) % ENTRIES_A_TURN === 0) yield undefined;
    at = isWhole && !isAtEnd ? at + 1 : columns.textStart(entry + 1) - 1;
  }
}

/** Whether an entry's directory ends so. Children stand together, so each directory's path is made once. */
function beneath(columns: SearchColumns, parent: string | undefined): (entry: number) => boolean {
  if (parent === undefined || parent === '') return () => true;
  let directory = -1;
  let isMeant = false;
  return (entry) => {
    const own = columns.parent(entry) ?? 0;
    if (own !== directory) isMeant = lowLetters(lettersOf(columns, own)).endsWith(parent);
    directory = own;
    return isMeant;
  };
}

/** The expression can't leave a name: it has no slash. */
function* byName(columns: SearchColumns, expression: RegExp): Generator<number | undefined> {
  const text = columns.text(false);
  const search = new RegExp(expression);
  let entry = 0;
  for (let found = search.exec(text); found !== null; found = search.exec(text)) {
    // Nothing between two slashes is the root's name.
    if (found[0] === '') search.lastIndex += 1;
    else {
      entry = columns.entryAt(found.index, entry);
      yield entry;
    }
  }
}

/** Children stand together, so a directory's path is made once for all of them. */
function* byPath(columns: SearchColumns, expression: RegExp): Generator<number | undefined> {
  const text = columns.text(false);
  let directory = -1;
  let prefix = '';
  for (let entry = 1; entry < columns.count; entry += 1) {
    const parent = columns.parent(entry) ?? 0;
    if (parent !== directory) {
      directory = parent;
      prefix = lettersOf(columns, parent);
    }
    if (expression.test(prefix + text.slice(columns.textStart(entry) - 1, columns.textStart(entry + 1) - 1)))
      yield entry;
    else if (entry % ENTRIES_A_TURN === 0) yield undefined;
  }
}

/** An entry's path, a byte a letter; empty for the root. */
function lettersOf(columns: SearchColumns, entry: number): string {
  return columns
    .names(entry)
    .map((name) => `/${name.toString('latin1')}`)
    .join('');
}
