import { CircleAlert, CircleCheck, X } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Text,
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components';

import { useTranslate } from '#renderer/i18n/translate.ts';

import { Button } from './button.tsx';
import { IconButton } from './icon-button.tsx';
import './toast.css';

export interface ToastMessage {
  readonly tone: 'good' | 'danger';
  readonly title: string;
  readonly text?: string;
  /** What can be done about it; closes the message. */
  readonly action?: { readonly label: string; readonly onAction: () => void };
}

const GOOD_MS = 5000;
/** Long enough to have second thoughts. */
const ACTION_MS = 12_000;
const queue = new ToastQueue<ToastMessage>({ maxVisibleToasts: 4 });

/** Says that something has happened. Good news goes by itself, a failure stays until it is dismissed. */
export function toast(message: ToastMessage): void {
  const timeout = message.action === undefined ? GOOD_MS : ACTION_MS;
  queue.add(message, message.tone === 'good' ? { timeout } : {});
}

/** Where they appear; once, beside the app's frame. */
export function Toasts(): ReactNode {
  const t = useTranslate();
  return (
    <ToastRegion queue={queue} className="toasts" aria-label={t('ui.notifications')}>
      {({ toast: shown }) => (
        <AriaToast toast={shown} className="toast" data-tone={shown.content.tone}>
          {shown.content.tone === 'good' ? (
            <CircleCheck aria-hidden className="toast-mark" />
          ) : (
            <CircleAlert aria-hidden className="toast-mark" />
          )}
          <ToastContent className="toast-content">
            <Text slot="title" className="toast-title">
              {shown.content.title}
            </Text>
            {shown.content.text !== undefined && (
              <Text slot="description" elementType="p" className="toast-text">
                {shown.content.text}
              </Text>
            )}
          </ToastContent>
          {shown.content.action !== undefined && (
            <Button
              size="small"
              onPress={() => {
                queue.close(shown.key);
                shown.content.action?.onAction();
              }}
            >
              {shown.content.action.label}
            </Button>
          )}
          <IconButton slot="close" label={t('ui.dismiss')} icon={<X aria-hidden />} size="small" />
        </AriaToast>
      )}
    </ToastRegion>
  );
}
