// A truth light: how a device or headquarters really stands, as colour and word; opens its detail.
import { Popover } from 'antd';
import { type ReactNode, useState } from 'react';
import { StateWord } from '../../components/facts.tsx';
import { useKeys } from '../../keys/keys.tsx';

export type Tone = 'ok' | 'warn' | 'bad' | 'idle';

export function TruthLight(props: {
  readonly name: string;
  readonly word: string;
  readonly tone: Tone;
  readonly testId: string;
  readonly children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  useKeys({ Escape: () => setOpen(false) }, { active: open });
  return (
    <span>
      <Popover
        open={open}
        onOpenChange={setOpen}
        trigger="click"
        placement="bottomRight"
        getPopupContainer={(trigger) => trigger.parentElement ?? document.body}
        content={<div style={{ width: 340 }}>{props.children}</div>}
        destroyOnHidden
      >
        <button type="button" className="light" aria-expanded={open} data-testid={props.testId} data-tone={props.tone}>
          <span>{props.name}</span>
          <StateWord tone={props.tone}>{props.word}</StateWord>
        </button>
      </Popover>
    </span>
  );
}
