// A dialog that owns the keyboard: Enter does its one action, Esc closes it, and typed data is never dropped unasked.
import { Button, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Kbd, useKeys } from '../keys/keys.tsx';

interface DialogProps {
  readonly title: string;
  readonly action: string;
  readonly onAction: () => void;
  readonly onClose: () => void;
  readonly busy?: boolean;
  readonly danger?: boolean;
  /** Something is typed in it; closing asks first. Left out where it has no field. */
  readonly dirty?: boolean;
  readonly closeWord?: string;
  readonly children: ReactNode;
}

export function Dialog(props: DialogProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const { busy = false, dirty = false } = props;
  const close = (): void => {
    if (busy) return;
    if (dirty && !asking) setAsking(true);
    else props.onClose();
  };
  useKeys(
    {
      Enter: () => {
        if (asking) setAsking(false);
        else if (!busy) props.onAction();
      },
    },
    { blocking: true },
  );
  const footer = asking ? (
    <>
      <span style={{ marginInlineEnd: 8 }}>{t('dialog.discard')}</span>
      <Button onClick={props.onClose}>{t('topup.leave')}</Button>
      <Button type="primary" onClick={() => setAsking(false)}>
        {t('topup.stay')}
      </Button>
    </>
  ) : (
    <>
      <Button onClick={close} disabled={busy}>
        {props.closeWord ?? t('common.cancel')}
        <Kbd>Esc</Kbd>
      </Button>
      <Button type="primary" autoFocus={props.dirty === undefined} danger={props.danger ?? false} loading={busy} onClick={props.onAction}>
        {props.action}
        <Kbd>Enter</Kbd>
      </Button>
    </>
  );
  return (
    <Modal
      open
      title={props.title}
      onCancel={close}
      mask={{ closable: false }}
      closable={false}
      footer={footer}
      width={480}
      destroyOnHidden
    >
      <div className="stack">{props.children}</div>
    </Modal>
  );
}
