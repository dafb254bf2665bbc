import { foundPackage, type FoundPackage } from './found-package.ts';
import { headerFields, paragraphsOf } from './header-fields.ts';

/** Those that are installed of a status file of dpkg's (deb822(5), dpkg(1)); in `status.d` nothing says whether. */
export function* dpkgPackages(text: string): Generator<FoundPackage> {
  for (const paragraph of paragraphsOf(text)) {
    const fields = headerFields(paragraph);
    const status = fields.get('status') ?? 'install ok installed';
    if (!status.endsWith(' installed')) continue;
    const found = foundPackage({
      kind: 'deb',
      name: fields.get('package'),
      version: fields.get('version'),
      architecture: fields.get('architecture'),
      // With its version in brackets where that is another.
      source: fields.get('source')?.replace(/ \(.*$/s, ''),
    });
    if (found !== undefined) yield found;
  }
}
