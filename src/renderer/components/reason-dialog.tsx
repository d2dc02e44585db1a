// A dialog that asks for a reason, with whatever else the act needs above it.

import { type ReactNode, useState } from 'react';
import { useTranslation } from '../text/use-translation.tsx';
import { Dialog } from './dialog.tsx';
import { Input } from './input.tsx';

export function ReasonDialog(props: {
  readonly title: string;
  readonly action: string;
  readonly busy?: boolean;
  readonly danger?: boolean;
  /** The field's id for the page and for tests; `reason` unless told. */
  readonly field?: string;
  /** What the reason is of, where "reason" alone does not say it. */
  readonly label?: string;
  /** Something else is typed in it. */
  readonly dirty?: boolean;
  /** Whether the other fields are right; Enter does nothing else. */
  readonly ready?: boolean;
  /** Steps aside while another dialog asks something. */
  readonly hidden?: boolean;
  readonly onDo: (reason: string) => void;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}) {
  const { t } = useTranslation();
  const { field = 'reason' } = props;
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const act = (): void => {
    const text = reason.trim();
    setMissing(text === '');
    if (text === '') document.getElementById(field)?.focus();
    else if (props.ready !== false) props.onDo(text);
  };
  return (
    <Dialog
      title={props.title}
      action={props.action}
      busy={props.busy ?? false}
      danger={props.danger ?? false}
      hidden={props.hidden ?? false}
      dirty={reason !== '' || props.dirty === true}
      onAction={act}
      onClose={props.onClose}
    >
      {props.children}
      <label htmlFor={field}>{props.label ?? t('charging.reason')}</label>
      <Input
        id={field}
        autoFocus
        autoComplete="off"
        maxLength={200}
        value={reason}
        status={missing ? 'error' : ''}
        aria-describedby={missing ? `${field}-missing` : undefined}
        data-testid={field}
        onChange={(event) => {
          setReason(event.target.value);
          setMissing(false);
        }}
      />
      {missing && (
        <div id={`${field}-missing`} role="alert" className="tone-bad">
          {t('charging.reasonNeeded')}
        </div>
      )}
    </Dialog>
  );
}
