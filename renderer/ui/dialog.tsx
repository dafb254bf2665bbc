import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Form, Heading, Modal, ModalOverlay } from 'react-aria-components';

import { useTranslate } from '#renderer/i18n/translate.ts';

import { Button } from './button.tsx';
import './dialog.css';
import { useLeave } from './hash-location.ts';
import { IconButton } from './icon-button.tsx';

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons, the main one last. */
  readonly footer?: ReactNode;
  /** What Enter does: the dialog is then a form. */
  readonly onSubmit?: () => void;
  readonly width?: 'narrow' | 'wide';
  readonly role?: 'dialog' | 'alertdialog';
}

export function Dialog(props: DialogProps): ReactNode {
  const { title, isOpen, onClose, width = 'narrow', role = 'dialog' } = props;
  const t = useTranslate();
  return (
    <ModalOverlay
      className="dialog-scrim"
      isOpen={isOpen}
      isDismissable={role === 'dialog'}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className="dialog-window" data-width={width}>
        <AriaDialog className="dialog" role={role}>
          <div className="dialog-head">
            <Heading slot="title" level={2} className="dialog-title">
              {title}
            </Heading>
            <IconButton label={t('ui.close')} icon={<X aria-hidden />} size="small" onPress={onClose} />
          </div>
          <DialogContent {...props} />
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

function DialogContent({ children, footer, onClose, onSubmit }: DialogProps): ReactNode {
  useLeave(onClose);
  const content = (
    <>
      <div className="dialog-body">{children}</div>
      {footer !== undefined && <div className="dialog-foot">{footer}</div>}
    </>
  );
  if (onSubmit === undefined) return content;
  return (
    <Form
      validationBehavior="aria"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {content}
    </Form>
  );
}

interface ConfirmDialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  /** What the button says that does it: the verb. */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly isPending?: boolean;
  readonly isDisabled?: boolean;
}

/** Asks before something that can't be undone. */
export function ConfirmDialog({
  action,
  onConfirm,
  onClose,
  isPending = false,
  isDisabled = false,
  children,
  ...rest
}: ConfirmDialogProps): ReactNode {
  const t = useTranslate();
  return (
    <Dialog
      {...rest}
      role="alertdialog"
      onClose={onClose}
      footer={
        <>
          {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- what an alert dialog's focus belongs on (ARIA APG) */}
          <Button onPress={onClose} autoFocus>
            {t('ui.cancel')}
          </Button>
          <Button variant="danger" onPress={onConfirm} isPending={isPending} isDisabled={isDisabled}>
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
