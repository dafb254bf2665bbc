import type { SecretKind } from '#engine/contract/waste.ts';

/** A file that looks like a secret by its path, and, where there is `content`, by its first bytes too. */
export interface SecretRule {
  readonly kind: SecretKind;
  readonly path: RegExp;
  readonly content?: RegExp;
}

/** The armour of a key in PEM (RFC 7468) or of OpenSSH's; a certificate or a public key has another. */
const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/;

/** What a token says of itself, by the prefixes that their makers give them; not as a part of a longer word. */
const TOKEN = new RegExp(
  [
    'AKIA[0-9A-Z]{16}',
    'gh[pousr]_[0-9A-Za-z]{36}',
    'github_pat_[0-9A-Za-z_]{60}',
    'glpat-[0-9A-Za-z_-]{20}',
    'xox[abprs]-[0-9A-Za-z-]{10}',
    '[rs]k_live_[0-9A-Za-z]{20}',
    'AIza[0-9A-Za-z_-]{35}',
    'npm_[0-9A-Za-z]{36}',
    'pypi-AgE[0-9A-Za-z_-]{50}',
    'dckr_pat_[0-9A-Za-z_-]{20}',
    'SG\\.[0-9A-Za-z_-]{20,}\\.[0-9A-Za-z_-]{20}',
  ]
    .map((prefix) => `(?<![0-9A-Za-z])${prefix}`)
    .join('|'),
);

/** By path alone, or by path and content. The first that matches counts. */
export const secretRules: readonly SecretRule[] = [
  {
    kind: 'private-key',
    path: /\/(id_(rsa|dsa|ecdsa|ed25519)(_sk)?|ssh_host_\w+_key|identity)$/,
    content: PRIVATE_KEY,
  },
  { kind: 'private-key', path: /\.(pem|key|p8|ppk|asc|gpg)$/, content: PRIVATE_KEY },
  { kind: 'key-store', path: /\.(p12|pfx|jks|keystore|kdbx)$/ },
  {
    kind: 'environment-file',
    path: /\/\.env(\.(local|dev|development|prod|production|staging|test))?$/,
    content: /^[ \t]*(export[ \t]+)?\w+[ \t]*=[ \t]*\S/m,
  },
  { kind: 'credentials', path: /\/\.(netrc|pgpass|git-credentials|my\.cnf|s3cfg|boto)$/ },
  {
    kind: 'credentials',
    path: /\/(\.docker\/config\.json|\.dockercfg)$/,
    content: /"(auth|identitytoken|registrytoken)"\s*:\s*"[^"]/,
  },
  { kind: 'credentials', path: /\/containers\/auth\.json$/, content: /"auth"\s*:\s*"[^"]/ },
  { kind: 'credentials', path: /\/\.aws\/credentials$/ },
  {
    kind: 'credentials',
    path: /\/(\.kube\/config|kubeconfig)$/,
    content: /^[ \t]*(token|client-key-data|password)[ \t]*:[ \t]*\S/m,
  },
  {
    kind: 'credentials',
    path: /\/(application_default_credentials|[\w.-]*service[_-]?account[\w.-]*)\.json$/,
    content: /"(private_key|refresh_token)"\s*:/,
  },
  { kind: 'credentials', path: /\/\.pypirc$/, content: /^[ \t]*password[ \t]*[=:][ \t]*\S/m },
  {
    kind: 'credentials',
    path: /\/(\.npmrc|\.yarnrc(\.yml)?)$/,
    content: /(_authToken|_auth|_password|npmAuthToken)["']?\s*[=:]\s*\S/,
  },
  { kind: 'credentials', path: /\/(\.cargo\/credentials(\.toml)?|\.gem\/credentials|\.config\/gh\/hosts\.yml)$/ },
  { kind: 'credentials', path: /\/\.m2\/settings\.xml$/, content: /<password>[^<$]/ },
  { kind: 'credentials', path: /\/terraform\.tfstate(\.backup)?$/ },
  { kind: 'credentials', path: /\/(\.vault-token|\.htpasswd)$/ },
  { kind: 'password-hashes', path: /^\/etc\/(g?shadow)-?$/, content: /^[^:\n]+:\$\w/m },
  { kind: 'history', path: /\/\.(bash|zsh|ash|sh|python|mysql|psql|node_repl)_history$/, content: /\S/ },
  // Files that people write: a token of a known form may be in any of them.
  {
    kind: 'token',
    path: /(\.(env[\w.]*|ya?ml|json|toml|ini|conf|cfg|properties|sh|bash|py|js|ts|rb|php|xml|tf|tfvars|txt|config)|\/(Dockerfile|Makefile|\.\w+rc))$/,
    content: TOKEN,
  },
  {
    kind: 'private-key',
    path: /(\.(ya?ml|json|toml|ini|conf|cfg|txt|crt|cer|env[\w.]*)|\/[\w-]+)$/,
    content: PRIVATE_KEY,
  },
];

/** Words in the name of a variable whose value nobody is to see. */
const SECRET_NAME =
  /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?)(_?(ID|B64|BASE64))?$/i;
/** Where a secret stands, or whether there is to be one, and not the secret itself. */
const NO_SECRET = /^["']?(\/|file:|https?:|\$|["']?$)|^(true|false|yes|no|null|none|\d{1,5})$/i;

/** What a variable holds, by its name and its value. */
export function variableKind(name: string, value: string): SecretKind | undefined {
  return textKind(value) ?? (SECRET_NAME.test(name) && !NO_SECRET.test(value) ? 'password' : undefined);
}

/** A name and a password before the host of an address (RFC 3986, 3.2.1), not those that a variable stands for. */
const IN_ADDRESS = /[a-z]:\/\/[^\s/:@$]+:[^\s/@$]+@/i;
/** What a command is given: `NAME=value`, `--name=value`, `--name value`. */
const GIVEN = /(?:^|[\s;&|"'(])(?:-{0,2}([A-Za-z_][\w-]*)=|--?([A-Za-z][\w-]*)\s+)("[^"]*"|'[^']*'|[^\s;&|]+)/g;

/** What stands in a text: a token, a key, or, of a command, a password that is given to it. */
export function textKind(text: string): SecretKind | undefined {
  if (PRIVATE_KEY.test(text)) return 'private-key';
  if (TOKEN.test(text)) return 'token';
  return IN_ADDRESS.test(text) ? 'password' : undefined;
}

export function commandKind(command: string): SecretKind | undefined {
  const kind = textKind(command);
  if (kind !== undefined) return kind;
  for (const [, assigned, option, value = ''] of command.matchAll(GIVEN)) {
    const name = (assigned ?? option ?? '').replaceAll('-', '_');
    if (SECRET_NAME.test(name) && !NO_SECRET.test(value)) return 'password';
  }
  return undefined;
}

/** Where libraries keep examples, tests and lists of public certificates. */
const LIBRARIES =
  /^\/(usr\/(lib|lib64|share|include|src)|usr\/local\/(lib|share|go\/src)|lib|var\/lib\/dpkg|proc|sys)\/|\/(site-packages|dist-packages|node_modules|vendor|testdata|__pycache__)\//;

export function isLibraryPath(path: string): boolean {
  return LIBRARIES.test(path);
}
