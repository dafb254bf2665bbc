import type { Messages } from '#renderer/i18n/messages.ts';

export const containerMessages = {
  'containers.title': { en: 'Containers', es: 'Contenedores' },
} as const satisfies Messages;
