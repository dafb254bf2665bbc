import type { Messages } from '#renderer/i18n/messages.ts';

export const terminalMessages = {} as const satisfies Messages;
