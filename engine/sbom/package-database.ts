/** A file that says what is installed, and how it is read. */
export interface PackageDatabase {
  readonly form: 'dpkg' | 'apk' | 'rpm-sqlite' | 'rpm-other' | 'npm' | 'python' | 'os-release';
  /** Bytes; a larger one isn't read. */
  readonly mostBytes: number;
}

const MIB = 1024 * 1024;

interface Rule extends PackageDatabase {
  readonly path: RegExp;
}

/** Where package managers write down what they have installed; a path that no rule has is no such file. */
const rules: readonly Rule[] = [
  { form: 'dpkg', path: /^\/var\/lib\/dpkg\/(?:status|status\.d\/[^/]+(?<!\.md5sums))$/, mostBytes: 16 * MIB },
  { form: 'apk', path: /^\/(?:usr\/)?lib\/apk\/db\/installed$/, mostBytes: 16 * MIB },
  { form: 'rpm-sqlite', path: /^\/(?:var\/lib|usr\/lib\/sysimage)\/rpm\/rpmdb\.sqlite$/, mostBytes: 512 * MIB },
  { form: 'rpm-other', path: /^\/(?:var\/lib|usr\/lib\/sysimage)\/rpm\/Packages(?:\.db)?$/, mostBytes: 0 },
  { form: 'npm', path: /\/node_modules\/(?:@[^/]+\/)?[^/@][^/]*\/package\.json$/, mostBytes: MIB },
  { form: 'python', path: /\.(?:dist-info\/METADATA|egg-info\/PKG-INFO|egg-info)$/, mostBytes: 4 * MIB },
  { form: 'os-release', path: /^\/(?:etc|usr\/lib)\/os-release$/, mostBytes: MIB },
];

const names = new Set([
  'status',
  'installed',
  'rpmdb.sqlite',
  'Packages',
  'Packages.db',
  'package.json',
  'METADATA',
  'PKG-INFO',
  'os-release',
]);

/** Whether a path with that last name, in a directory of that name, may be a database: asked of every file before its path is made. */
export function mayBeDatabase(name: string, directory: string): boolean {
  return names.has(name) || name.endsWith('.egg-info') || directory === 'status.d';
}

export function databaseAt(path: string): PackageDatabase | undefined {
  return rules.find((rule) => rule.path.test(path));
}
