// A sale on a card that still holds a purchase which the meter has not taken: what becomes of it, and the clerk's word that it may.

import type { Outputs } from '../../../shared/contract/index.ts';
import { useWords } from '../../components/commodity.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { cubicMetres } from '../../format/format.ts';

export type Unloaded = NonNullable<Outputs['cards']['read']['unloaded']>;

/** Returns the sentence for what the card will hold once `litres` are sold; null while nothing is typed. */
function useLoadedWords(): (unloaded: Unloaded, litres: number | null) => string {
  const { t } = useWords();
  return ({ litres: stillLitres, way }, litres) => {
    const still = cubicMetres(stillLitres);
    if (litres === null) return t(way === 'add' ? 'topup.stillAdds' : 'topup.stillLost', { still });
    return way === 'add'
      ? t('topup.willHoldBoth', { still, will: cubicMetres(stillLitres + litres) })
      : t('topup.willReplace', { still, will: cubicMetres(litres) });
  };
}

export function LoadedNote({ unloaded, litres }: { readonly unloaded: Unloaded | null; readonly litres: number | null }) {
  const words = useLoadedWords();
  if (unloaded === null) return null;
  return (
    <div role="status" className="state-undelivered" data-testid="card-still-holds">
      {words(unloaded, litres)}
    </div>
  );
}

export function LoadedDialog(props: {
  readonly unloaded: Unloaded;
  readonly litres: number;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useWords();
  const words = useLoadedWords();
  return (
    <Dialog title={t('topup.loadedTitle')} action={t('topup.loadedGoOn')} danger onAction={props.onConfirm} onClose={props.onClose}>
      <p data-testid="loaded-confirm">{words(props.unloaded, props.litres)}</p>
      <p className="soft">{t('topup.loadedHint')}</p>
    </Dialog>
  );
}
