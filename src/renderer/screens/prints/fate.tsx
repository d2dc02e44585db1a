// What is known of a job's fate in words, and the one question about a paper that may be out.
import type { Outputs } from '../../../shared/contract/index.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { StateWord } from '../../components/facts.tsx';
import { Kbd } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import type { Answer } from './use-printing.tsx';

export type PrintRow = Outputs['prints']['list'][number];

const TONES = {
  issued: 'warn',
  queued: 'idle',
  handed: 'idle',
  printed: 'ok',
  unverified: 'ok',
  unknown: 'warn',
  'not-printed': 'bad',
  'given-up': 'idle',
  voided: 'idle',
} as const satisfies Record<PrintRow['state'], string>;

/** The state, and the mark that the paper bears. */
export function Fate({ state, copyNo }: { readonly state: PrintRow['state']; readonly copyNo: number }) {
  const { t } = useTranslation();
  return (
    <span className="row wrap">
      <StateWord tone={TONES[state]}>{t(`prints.state.${state}`)}</StateWord>
      {copyNo > 0 && <span className="tag">{t('prints.mark', { count: copyNo })}</span>}
    </span>
  );
}

/** Did it come out? Yes on Enter; no and, for a paper in A4, “I cannot tell” on keys of their own. */
export function FateDialog(props: {
  readonly name: string;
  readonly mayRepeat: boolean;
  readonly busy: boolean;
  readonly onAnswer: (answer: Answer) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { onAnswer, mayRepeat } = props;
  return (
    <Dialog
      title={t('prints.ask.title')}
      action={t('prints.ask.yes')}
      busy={props.busy}
      onAction={() => onAnswer('yes')}
      onClose={props.onClose}
      keys={{ 'Alt+n': () => onAnswer('no'), ...(mayRepeat ? { 'Alt+r': () => onAnswer('again') } : {}) }}
    >
      <strong>{props.name}</strong>
      <p>{t('prints.ask.hint')}</p>
      <Answers mayRepeat={mayRepeat} onAnswer={onAnswer} />
    </Dialog>
  );
}

/** The answers other than yes. */
export function Answers({ mayRepeat, onAnswer }: { readonly mayRepeat: boolean; readonly onAnswer: (answer: Answer) => void }) {
  const { t } = useTranslation();
  return (
    <span className="row wrap">
      <Button onClick={() => onAnswer('no')} data-testid="print-no">
        {t('prints.ask.no')}
        <Kbd>Alt N</Kbd>
      </Button>
      {mayRepeat && (
        <Button onClick={() => onAnswer('again')} data-testid="print-again">
          {t('prints.ask.again')}
          <Kbd>Alt R</Kbd>
        </Button>
      )}
    </span>
  );
}
