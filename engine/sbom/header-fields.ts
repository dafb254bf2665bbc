/** Fields by their names in lower letters; of one that is there twice the first. Lines that go on are joined. */
export type HeaderFields = ReadonlyMap<string, string>;

/** `Name: value` until an empty line, as Debian's control files and Python's metadata have it (deb822(5), RFC 5322). */
export function headerFields(paragraph: string): HeaderFields {
  const fields = new Map<string, string>();
  let open: string | undefined;
  for (const line of paragraph.split('\n')) {
    if (line.trim() === '') break;
    if (/^[ \t]/.test(line)) {
      if (open !== undefined) fields.set(open, `${fields.get(open) ?? ''}\n${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    open = name === '' || fields.has(name) ? undefined : name;
    if (open !== undefined) fields.set(open, line.slice(colon + 1).trim());
  }
  return fields;
}

/** Those of a text: what stands between empty lines. */
export function* paragraphsOf(text: string): Generator<string> {
  for (const paragraph of text.split(/\n[ \t]*\n/)) if (paragraph.trim() !== '') yield paragraph.trimStart();
}
