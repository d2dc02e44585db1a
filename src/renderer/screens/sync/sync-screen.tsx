// Replication to headquarters on a page of its own: how it stands, what was set aside, what people must settle, what waits.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Outputs } from '../../../shared/contract/index.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { useSession } from '../../bridge/session.ts';
import { Button } from '../../components/button.tsx';
import { Lines, Panel, StateWord } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { dateTime } from '../../format/format.ts';
import { Kbd, type KeyMap, useKeys } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { useTimelineWords } from '../accounts/timeline.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import { Loading } from '../sign-in/first-start-screen.tsx';
import { MasterDataPanel } from './master-data-panel.tsx';
import { NeighboursPanel } from './neighbours-panel.tsx';
import { FORKED, RenewPanel } from './renew-panel.tsx';
import { RepairDialog, SettleDialog } from './settle-dialog.tsx';
import { SyncDetail } from './sync-detail.tsx';
import { useSyncWords } from './sync-words.ts';

type Details = Outputs['sync']['details'];
type Case = Details['cases'][number];

export default function SyncScreen() {
  const { t } = useTranslation();
  const { data: state } = useQuery(api.sync.state.queryOptions({ input: {} }));
  // Asked anew with every change of the state, which is pushed.
  const { data } = useQuery(api.sync.details.queryOptions({ input: {}, queryKey: ['sync-details', state] }));
  return (
    <div className="stack-wide">
      <h1>{t('sync.title')}</h1>
      <Panel title={t('sync.state')}>
        <SyncDetail />
      </Panel>
      {state?.state === 'not-enrolled' && <EnrolPanel />}
      {FORKED.includes(state?.lastError?.context.code) && <RenewPanel />}
      {state?.firstLoad != null && (
        <Panel title={t('firstStart.title')} testId="sync-first-load">
          <Loading load={state.firstLoad} />
        </Panel>
      )}
      {state?.neighbours != null && <NeighboursPanel neighbours={state.neighbours} />}
      {data === undefined ? (
        <Lines />
      ) : (
        <>
          <SetAsidePanel rows={data.setAside} />
          <CasesPanel rows={data.cases} />
          <QueuePanel rows={data.queue} />
          <MasterDataPanel />
        </>
      )}
    </div>
  );
}

function EnrolPanel() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const role = useSession()?.staff.role;
  const [code, setCode] = useState('');
  const enrol = useMutation({
    mutationFn: () => client.sync.enrol({ code: code.trim() }),
    onSuccess: (state) => queries.setQueryData(api.sync.state.queryKey({ input: {} }), state),
  });
  const may = role === 'it' || role === 'manager';
  return (
    <Panel title={t('sync.enrolTitle')} testId="sync-enrol">
      <form
        className="stack narrow"
        onSubmit={(event) => {
          event.preventDefault();
          if (code.trim().length >= 8) enrol.mutate();
        }}
      >
        <label htmlFor="enrolment-code">{t('sync.code')}</label>
        <Input
          id="enrolment-code"
          value={code}
          onChange={(event) => setCode(event.target.value)}
          disabled={!may}
          autoComplete="off"
          aria-describedby="enrolment-hint"
        />
        <p id="enrolment-hint" className="soft">
          {t('sync.codeHint')}
        </p>
        {enrol.error !== null && <ProblemNote problem={problemOf(enrol.error)} />}
        <div>
          <Button type="primary" htmlType="submit" disabled={!may || code.trim().length < 8} loading={enrol.isPending}>
            {t('sync.enrol')}
          </Button>
        </div>
      </form>
    </Panel>
  );
}

type Heading = 'seq' | 'what' | 'customer' | 'clerk' | 'when' | 'why' | 'next' | 'state' | 'earlier' | 'later';

/** A table under its title, or the sentence that there is nothing to show. Title, sentence and headings are words of `sync`. */
function TablePanel(props: {
  readonly name: 'setAside' | 'cases' | 'queue';
  readonly testId: string;
  readonly headings: readonly Heading[];
  readonly children: readonly ReactNode[];
}) {
  const { t } = useTranslation();
  return (
    <Panel title={t(`sync.${props.name}`)} testId={props.testId}>
      {props.children.length === 0 ? (
        <p className="soft">{t(`sync.${props.name}None`)}</p>
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              {props.headings.map((heading) => (
                <th key={heading}>{t(`sync.${heading}`)}</th>
              ))}
            </tr>
          </thead>
          <tbody>{props.children}</tbody>
        </table>
      )}
    </Panel>
  );
}

function SetAsidePanel({ rows }: { readonly rows: Details['setAside'] }) {
  const { t } = useTranslation();
  const words = useTimelineWords();
  const sync = useSyncWords();
  const [open, setOpen] = useState<Details['setAside'][number] | null>(null);
  return (
    <>
      <TablePanel name="setAside" testId="sync-set-aside" headings={['seq', 'what', 'customer', 'clerk', 'when', 'why', 'next']}>
        {rows.map((row) => (
          <tr key={row.seq}>
            <td className="figures">{row.seq}</td>
            <td>{words.what(row.kind)}</td>
            <td>
              <Customer accountId={row.accountId} name={row.customerName} />
            </td>
            <td>{sync.who(row.clerk)}</td>
            <td className="figures">{dateTime(row.recordedAtMs)}</td>
            <td>
              <StateWord tone={row.verdict === 'conflict' ? 'warn' : 'bad'}>{t(`sync.verdict.${row.verdict}`)}</StateWord>
              {' · '}
              {sync.why(row.code)}
            </td>
            <td>
              {row.ways.length === 0 ? (
                sync.next(row.code)
              ) : (
                <Button size="small" data-testid="repair" onClick={() => setOpen(row)}>
                  {t('sync.settle')}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </TablePanel>
      {open !== null && <RepairDialog matter={open} onClose={() => setOpen(null)} />}
    </>
  );
}

function CasesPanel({ rows }: { readonly rows: Details['cases'] }) {
  const { t } = useTranslation();
  const words = useTimelineWords();
  const sync = useSyncWords();
  const side = (one: Details['cases'][number]['later'] | null): string =>
    one === null
      ? t('sync.unknownSide')
      : t('sync.at', {
          ...{ what: words.what(one.kind), counter: one.counterId, seq: one.seq },
          ...{ clerk: sync.who(one.clerk), when: dateTime(one.recordedAtMs) },
        });
  const [open, setOpen] = useState<Case | null>(null);
  const unsettled = rows.filter((row) => row.ways.length > 0);
  const keys: Record<string, KeyMap[string]> = {};
  for (const [index, row] of unsettled.slice(0, 9).entries()) keys[`Alt+${index + 1}`] = () => setOpen(row);
  useKeys(keys);
  const hint = (row: Case): number => unsettled.indexOf(row) + 1;
  return (
    <>
      <TablePanel name="cases" testId="sync-cases" headings={['state', 'customer', 'why', 'earlier', 'later', 'next']}>
        {rows.map((row) => (
          <tr key={row.caseId}>
            <td style={{ whiteSpace: 'nowrap' }}>
              <StateWord tone={row.state === 'open' ? 'warn' : 'ok'}>{t(`sync.${row.state}`)}</StateWord>
            </td>
            <td>
              <Customer accountId={row.accountId} name={row.customerName} />
            </td>
            <td>{sync.why(row.code)}</td>
            <td>{side(row.earlier)}</td>
            <td>{side(row.later)}</td>
            <td>
              {row.ways.length > 0 ? (
                <Button size="small" data-testid="settle" onClick={() => setOpen(row)}>
                  {t('sync.settle')}
                  {hint(row) <= 9 && <Kbd>{`Alt ${hint(row)}`}</Kbd>}
                </Button>
              ) : (
                [row.settled === null ? '' : t(`sync.way.${row.settled.way}`), sync.who(row.settled?.clerk ?? ''), row.note]
                  .filter(Boolean)
                  .join(' · ')
              )}
            </td>
          </tr>
        ))}
      </TablePanel>
      {open !== null && <SettleDialog matter={open} onClose={() => setOpen(null)} />}
    </>
  );
}

function QueuePanel({ rows }: { readonly rows: Details['queue'] }) {
  const words = useTimelineWords();
  const sync = useSyncWords();
  return (
    <TablePanel name="queue" testId="sync-queue" headings={['seq', 'what', 'customer', 'clerk', 'when']}>
      {rows.map((row) => (
        <tr key={row.seq}>
          <td className="figures">{row.seq}</td>
          <td>{words.what(row.kind)}</td>
          <td>{row.customerName}</td>
          <td>{sync.who(row.clerk)}</td>
          <td className="figures">{dateTime(row.recordedAtMs)}</td>
        </tr>
      ))}
    </TablePanel>
  );
}

function Customer({ accountId, name }: { readonly accountId: string; readonly name: string }) {
  const { t } = useTranslation();
  const { go } = useNavigation();
  if (name === '') return null;
  return (
    <Button
      type="link"
      size="small"
      style={{ padding: 0 }}
      title={t('sync.openAccount')}
      onClick={() => go({ screen: 'account', accountId })}
    >
      {name}
    </Button>
  );
}
