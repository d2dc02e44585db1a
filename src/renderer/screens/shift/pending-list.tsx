// What is not finished when a shift ends, each thing with its next step; what forbids the close says so.
import { useQuery } from '@tanstack/react-query';
import type { Outputs } from '../../../shared/contract/index.ts';
import { api } from '../../bridge/client.ts';
import { Panel, StateWord } from '../../components/facts.tsx';
import { yuan } from '../../format/format.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { useNavigation } from '../shell/navigation.tsx';

type Pending = Outputs['shift']['pending'];

export function PendingTable({ things }: { readonly things: Pending }) {
  const { t } = useTranslation();
  const { parked } = useNavigation();
  return (
    <Panel title={t('drawer.pending.title')} testId="shift-pending">
      {things.length === 0 && parked.length === 0 && <p className="soft">{t('drawer.pending.none')}</p>}
      {things.length > 0 && (
        <div className="table-scroll">
          <table className="plain-table">
            <tbody>
              {things.map((thing) => (
                <tr key={`${thing.kind} ${thing.subjectId} ${thing.accountId}`} data-testid="pending-thing">
                  <td>
                    <StateWord tone={thing.forbids ? 'bad' : 'warn'}>{t(`drawer.pending.kind.${thing.kind}`)}</StateWord>
                  </td>
                  <td>{[thing.customerName, thing.accountNo].filter(Boolean).join(' ')}</td>
                  <td className="figures right">{thing.amountFen === 0 ? '' : yuan(thing.amountFen)}</td>
                  <td>{t(thing.forbids ? 'drawer.pending.forbids' : `drawer.pending.step.${thing.kind}`)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {parked.length > 0 && (
        <StateWord tone="warn">
          {t('drawer.pending.parked', { names: parked.map(({ customerName, accountNo }) => customerName || accountNo).join('、') })}
        </StateWord>
      )}
    </Panel>
  );
}

/** What the shift would leave unfinished now. */
export function PendingNow({ shiftId }: { readonly shiftId: string }) {
  const { data } = useQuery(api.shift.pending.queryOptions({ input: { shiftId } }));
  return data === undefined ? null : <PendingTable things={data} />;
}
