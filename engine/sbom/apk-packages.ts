import { foundPackage, type FoundPackage } from './found-package.ts';
import { paragraphsOf } from './header-fields.ts';

/** Alpine's database of what is installed: a letter, a colon and a value a line (wiki.alpinelinux.org, "Apk spec"). */
export function* apkPackages(text: string): Generator<FoundPackage> {
  for (const paragraph of paragraphsOf(text)) {
    const fields = new Map<string, string>();
    for (const line of paragraph.split('\n')) {
      // Files of the package follow, each with letters of its own.
      if (line.startsWith('F:')) break;
      if (line[1] === ':') fields.set(line.slice(0, 1), line.slice(2).trim());
    }
    const found = foundPackage({
      kind: 'apk',
      name: fields.get('P'),
      version: fields.get('V'),
      architecture: fields.get('A'),
      license: fields.get('L'),
      source: fields.get('o'),
    });
    if (found !== undefined) yield found;
  }
}
