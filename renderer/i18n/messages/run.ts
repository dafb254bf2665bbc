import type { Messages } from '#renderer/i18n/messages.ts';

export const runMessages = {} as const satisfies Messages;
