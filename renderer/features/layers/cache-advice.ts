import type { CacheKind } from '#engine/contract/waste.ts';
import type { Translate } from '#renderer/i18n/translate.ts';

/** The command that leaves a cache out where there is one; `in RUN` where it helps only within the step that fills it. */
const commands: Partial<Record<CacheKind, { readonly command: string; readonly isInRun: boolean }>> = {
  'apt-archives': { command: 'apt-get clean', isInRun: true },
  'apt-lists': { command: 'rm -rf /var/lib/apt/lists/*', isInRun: true },
  apk: { command: 'apk add --no-cache', isInRun: false },
  dnf: { command: 'dnf clean all', isInRun: true },
  pacman: { command: 'pacman -Scc --noconfirm', isInRun: true },
  pip: { command: 'pip install --no-cache-dir', isInRun: false },
  npm: { command: 'npm cache clean --force', isInRun: true },
  yarn: { command: 'yarn cache clean', isInRun: true },
  pnpm: { command: 'pnpm store prune', isInRun: true },
  composer: { command: 'composer install --no-cache', isInRun: false },
  gem: { command: 'gem install --no-document', isInRun: false },
  conda: { command: 'conda clean --all', isInRun: true },
  bytecode: { command: 'PYTHONDONTWRITEBYTECODE=1', isInRun: false },
};

/** How an image comes to be without what a tool leaves behind. */
export function cacheAdvice(t: Translate, kind: CacheKind): string {
  const known = commands[kind];
  if (known !== undefined) return known.isInRun ? t('waste.sameRun', { command: known.command }) : known.command;
  if (kind === 'docs') return t('waste.fewerDocs');
  return t(kind === 'logs' || kind === 'temporary' ? 'waste.removeInRun' : 'waste.ownStage');
}
