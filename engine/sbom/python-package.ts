import { foundPackage, type FoundPackage } from './found-package.ts';
import { headerFields } from './header-fields.ts';

/** By its core metadata (packaging.python.org, "Core metadata specifications"); names as the index writes them (PEP 503). */
export function pythonPackage(text: string): FoundPackage | undefined {
  const fields = headerFields(text);
  const license = fields.get('license-expression') ?? fields.get('license');
  return foundPackage({
    kind: 'pypi',
    name: fields
      .get('name')
      ?.toLowerCase()
      .replaceAll(/[-_.]+/g, '-'),
    version: fields.get('version'),
    // Some put the whole text there.
    license: license === 'UNKNOWN' || license?.includes('\n') === true ? undefined : license,
  });
}
