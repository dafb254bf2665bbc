import type { Messages } from '#renderer/i18n/messages.ts';

export const runMessages = {
  'run.title': { en: 'Run a container', es: 'Ejecutar un contenedor' },
} as const satisfies Messages;
