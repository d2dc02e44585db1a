// The counters of the branch among themselves: who relays while headquarters is away, and who is seen.
import type { Outputs } from '../../../shared/contract/index.ts';
import { Panel, StateWord } from '../../components/facts.tsx';
import { useTranslation } from '../../text/use-translation.tsx';

type Neighbours = NonNullable<Outputs['sync']['state']['neighbours']>;

export function NeighboursPanel({ neighbours }: { readonly neighbours: Neighbours }) {
  const { t } = useTranslation();
  const { relay, isRelay, counters } = neighbours;
  const who = relay === '' ? t('sync.relayNone') : isRelay ? t('sync.relayHere') : t('sync.relayOther', { counter: relay });
  const stateOf = (isSeen: boolean): 'idle' | 'ok' | 'warn' => (relay === '' ? 'idle' : isSeen ? 'ok' : 'warn');
  return (
    <Panel title={t('sync.neighbours')} testId="sync-neighbours">
      <p>{who}</p>
      {counters.length === 0 ? (
        <p className="soft">{t('sync.neighboursNone')}</p>
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              <th>{t('sync.neighbour')}</th>
              <th>{t('sync.address')}</th>
              <th>{t('sync.state')}</th>
            </tr>
          </thead>
          <tbody>
            {counters.map(({ counterId, address, isSeen }) => (
              <tr key={counterId}>
                <td className="figures">{counterId}</td>
                <td className="figures">{address === '' ? t('sync.noAddress') : address}</td>
                <td>
                  <StateWord tone={stateOf(isSeen)}>{t(relay === '' ? 'sync.notNeeded' : isSeen ? 'sync.seen' : 'sync.notSeen')}</StateWord>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
