// What is plugged in on every bus, which driver would fit, and what uses it.
import { useQuery } from '@tanstack/react-query';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Lines, StateWord } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { type Problem, problemWords } from '../../text/index.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import type { Proposal } from './bind-dialog.tsx';
import { type Found, fieldsOf, slotsFor } from './binding.ts';

const BUSES = ['serial', 'hid', 'pcsc', 'usb-printer'] as const;
const hex4 = (value: number): string => value.toString(16).padStart(4, '0');

function idsOf({ vendorId, productId }: Found): string {
  return vendorId === null || productId === null ? '' : `${hex4(vendorId)}:${hex4(productId)}`;
}

/** A bus that could not be searched: one quiet line, for what is set up works on. */
function BusProblem({ fault, busWord }: { readonly fault: Problem; readonly busWord: (bus: string) => string }) {
  const { t, i18n } = useTranslation();
  const words = problemWords(i18n.language, fault);
  const problem = `${words.title} · ${words.next} ${words.detail}`;
  return (
    <div className="row" title={String(fault.context.reason ?? '')}>
      <StateWord tone="warn">{t('devices.busProblem', { bus: busWord(String(fault.context.bus ?? '')), problem })}</StateWord>
    </div>
  );
}

export function FoundDevices({ onBind }: { readonly onBind: (proposal: Proposal) => void }) {
  const { t } = useTranslation();
  const drivers = useQuery(api.devices.drivers.queryOptions({ input: {} })).data?.drivers ?? [];
  // A look at the buses is asked for by a person, never by itself in turns.
  const { data, error, isFetching, refetch } = useQuery({
    ...api.devices.discover.queryOptions({ input: {} }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  useKeys({ 'Alt+l': () => void refetch() });
  const proposalOf = (found: Found): Proposal | null => {
    const driver = drivers.find(({ id }) => id === found.matches[0]?.driverId);
    const slot = found.slot ?? slotsFor(driver)[0];
    return driver === undefined || slot === undefined ? null : { slot, driverId: driver.id, fields: fieldsOf(found) };
  };
  const busWord = (bus: string): string => {
    const known = BUSES.find((one) => one === bus);
    return known === undefined ? bus : t(`devices.buses.${known}`);
  };
  return (
    <div className="stack fill" data-testid="found">
      <div className="row wrap between">
        <span className="soft">{t('devices.foundHint')}</span>
        <Button size="small" loading={isFetching} aria-keyshortcuts="Alt+L" onClick={() => void refetch()}>
          {t(isFetching ? 'devices.looking' : 'devices.look')}
          <Kbd>Alt L</Kbd>
        </Button>
      </div>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {data?.faults.map((fault) => (
        <BusProblem key={JSON.stringify(fault)} fault={fault} busWord={busWord} />
      ))}
      {data === undefined && error === null && <Lines />}
      {data !== undefined && data.devices.length === 0 && <p>{t('devices.foundNone')}</p>}
      {data !== undefined && data.devices.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling table must be reachable by keyboard
        <section tabIndex={0} className="trace-scroll" aria-label={t('devices.viewFound')}>
          <table className="plain-table">
            <thead>
              <tr>
                <th>{t('devices.bus')}</th>
                <th>{t('devices.address')}</th>
                <th>{t('devices.foundName')}</th>
                <th>{t('devices.proposed')}</th>
                <th>{t('devices.usedBy')}</th>
                <th aria-label={t('devices.bind')} />
              </tr>
            </thead>
            <tbody>
              {data.devices.map((found) => {
                const proposal = proposalOf(found);
                return (
                  <tr key={`${found.bus} ${found.address}`}>
                    <td>{busWord(found.bus)}</td>
                    <td className="mono wrap-anywhere">{found.address}</td>
                    <td>
                      {found.name} <span className="soft figures">{idsOf(found)}</span>
                    </td>
                    <td>{found.matches[0]?.driverId ?? <span className="soft">{t('devices.noProposal')}</span>}</td>
                    <td>{found.slot === null ? <span className="soft">{t('devices.free')}</span> : t(`light.${found.slot}`)}</td>
                    <td className="right">
                      {proposal !== null && (
                        <Button size="small" aria-label={`${t('devices.bind')} ${found.address}`} onClick={() => onBind(proposal)}>
                          {t('devices.bind')}
                        </Button>
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </section>
      )}
    </div>
  );
}
