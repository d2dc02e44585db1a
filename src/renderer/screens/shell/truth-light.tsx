// A truth light: how a device or headquarters really stands, as colour and word; opens its detail.
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { StateWord } from '../../components/facts.tsx';
import { useKeys } from '../../keys/keys.tsx';

export type Tone = 'ok' | 'warn' | 'bad' | 'idle';

/** Calls `onOutside` for a press anywhere but in `within`, while `active`. */
function useOutside(options: {
  readonly within: { readonly current: HTMLElement | null };
  readonly active: boolean;
  readonly onOutside: () => void;
}) {
  const { within, active, onOutside } = options;
  const latest = useRef(onOutside);
  latest.current = onOutside;
  useEffect(() => {
    if (!active) return;
    const press = (event: Event): void => {
      if (event.target instanceof Node && within.current?.contains(event.target) !== true) latest.current();
    };
    document.addEventListener('pointerdown', press, true);
    return () => document.removeEventListener('pointerdown', press, true);
  }, [within, active]);
}

export function TruthLight(props: {
  readonly name: string;
  readonly word: string;
  readonly tone: Tone;
  readonly testId: string;
  readonly children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const within = useRef<HTMLSpanElement>(null);
  const detailId = useId();
  useOutside({ within, active: open, onOutside: () => setOpen(false) });
  useKeys({ Escape: () => setOpen(false) }, { active: open });
  return (
    <span ref={within} className="light-place">
      <button
        type="button"
        className="light"
        aria-expanded={open}
        aria-controls={open ? detailId : undefined}
        data-testid={props.testId}
        data-tone={props.tone}
        onClick={() => setOpen(!open)}
      >
        <span>{props.name}</span>
        <StateWord tone={props.tone}>{props.word}</StateWord>
      </button>
      {open && (
        <div id={detailId} role="tooltip" className="light-detail">
          {props.children}
        </div>
      )}
    </span>
  );
}
