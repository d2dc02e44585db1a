// A dialog that owns the keyboard: Enter does its one action, Esc closes it, and typed data is never dropped unasked.
import { Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { Kbd, type KeyMap, useKeys } from '../keys/keys.tsx';
import { useTranslation } from '../text/use-translation.tsx';
import { Button } from './button.tsx';

interface DialogProps {
  readonly title: string;
  readonly action: string;
  readonly onAction: () => void;
  readonly onClose: () => void;
  readonly busy?: boolean;
  readonly danger?: boolean;
  /** Something is typed in it; closing asks first. Left out where it has no field. */
  readonly dirty?: boolean;
  /** Somebody else has to act first: there is nothing to do here but to close it. */
  readonly waiting?: boolean;
  /** Steps aside while another dialog asks something, with everything typed kept: of two dialogs the lower one would hold the focus. */
  readonly hidden?: boolean;
  readonly closeWord?: string;
  /** In pixels; 480 unless told. */
  readonly width?: number;
  /** Further keys while it is open. */
  readonly keys?: KeyMap;
  readonly children: ReactNode;
}

export function Dialog(props: DialogProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const { busy = false, dirty = false, waiting = false } = props;
  const close = (): void => {
    if (busy) return;
    if (dirty && !asking) setAsking(true);
    else props.onClose();
  };
  useKeys(
    {
      ...props.keys,
      // The key that opened it may still be down.
      Enter: ({ repeat }) => {
        if (repeat) return;
        if (asking) setAsking(false);
        else if (!busy && !waiting) props.onAction();
      },
    },
    { blocking: true, active: props.hidden !== true },
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
      {!waiting && (
        <Button
          type="primary"
          autoFocus={props.dirty === undefined}
          danger={props.danger ?? false}
          loading={busy}
          onClick={props.onAction}
          // Nor does the key that opened it press the button that has the focus now.
          onKeyDown={(event) => event.repeat && event.preventDefault()}
        >
          {props.action}
          <Kbd>Enter</Kbd>
        </Button>
      )}
    </>
  );
  if (props.hidden === true) return null;
  return (
    <Modal
      open
      title={props.title}
      onCancel={close}
      mask={{ closable: false }}
      closable={false}
      footer={footer}
      width={props.width ?? 480}
      destroyOnHidden
    >
      <div className="stack">{props.children}</div>
    </Modal>
  );
}
