import type { Messages } from '#renderer/i18n/messages.ts';

export const logMessages = {} as const satisfies Messages;
