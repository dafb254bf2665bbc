import type { Messages } from '#renderer/i18n/messages.ts';

export const containerMessages = {} as const satisfies Messages;
