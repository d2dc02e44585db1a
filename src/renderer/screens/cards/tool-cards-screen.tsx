// The register of maker's tool cards: which are out and for how long, one is made, one is accounted for.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import type { Outputs } from '../../../shared/contract/index.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Lines, Panel } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { dateTime } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useDraft } from '../shell/navigation.tsx';
import { CloseToolCard } from './close-tool-card.tsx';
import { MakeToolCard, type ToolCardDraft } from './make-tool-card.tsx';

type ToolCard = Outputs['toolCards']['close'];
type Open = { readonly what: 'make'; readonly card: ToolCard | null } | { readonly what: 'close'; readonly card: ToolCard };

export default function ToolCardsScreen() {
  const { t } = useWords();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [ended, setEnded] = useState(false);
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState<Open | null>(null);
  const [draft, setDraft] = useState<ToolCardDraft | null>(null);
  useDraft({ taskId: 'tool-cards', accountId: '' }, draft, (kept: ToolCardDraft) => {
    setDraft(kept);
    setOpen({ what: 'make', card: null });
  });
  const { data: cards, error } = useQuery(api.toolCards.list.queryOptions({ input: { ended } }));
  const last = Math.max(0, (cards?.length ?? 0) - 1);
  const chosen = cards?.[Math.min(at, last)];
  const show = (wanted: boolean): void => {
    setEnded(wanted);
    setAt(0);
  };
  const again = (): void => void queries.invalidateQueries({ queryKey: api.toolCards.key() });
  const leave = (): void => {
    setOpen(null);
    setDraft(null);
    again();
  };
  const done = (word: string): void => {
    void message.success(word);
    leave();
  };
  // One that was lost may yet come back; nothing else that has ended changes.
  const canClose = chosen !== undefined && (!ended || chosen.state === 'lost');
  const canGoOn = chosen?.state === 'unfinished';
  const close = (): unknown => (chosen !== undefined && canClose ? setOpen({ what: 'close', card: chosen }) : false);
  const goOn = (): unknown => (chosen !== undefined && canGoOn ? setOpen({ what: 'make', card: chosen }) : false);
  useKeys(
    {
      ArrowDown: () => setAt(Math.min(last, at + 1)),
      ArrowUp: () => setAt(Math.max(0, at - 1)),
      Enter: close,
      'Alt+n': () => setOpen({ what: 'make', card: null }),
      'Alt+g': goOn,
      'Alt+1': () => show(false),
      'Alt+2': () => show(true),
    },
    { active: open === null },
  );
  return (
    <div className="stack-wide">
      <div className="row between wrap">
        <h1>{t('task.tool-cards')}</h1>
        <Button type="primary" onClick={() => setOpen({ what: 'make', card: null })} data-testid="make-tool-card">
          {t('cardTask.tools.make')}
          <Kbd>Alt N</Kbd>
        </Button>
      </div>
      <div className="row wrap">
        <Segmented<boolean>
          aria-label={t('cardTask.tools.list')}
          value={ended}
          onChange={show}
          options={[
            { value: false, label: t('cardTask.tools.open') },
            { value: true, label: t('cardTask.tools.ended') },
          ]}
        />
        <Kbd>Alt 1–2</Kbd>
      </div>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {cards === undefined && error === null && <Lines count={6} />}
      {cards !== undefined && cards.length === 0 && (
        <div className="panel soft">{t(ended ? 'cardTask.tools.noneEnded' : 'cardTask.tools.noneOpen')}</div>
      )}
      {cards !== undefined && cards.length > 0 && (
        <Panel title={t('cardTask.tools.list')}>
          <Register cards={cards} chosen={chosen} ended={ended} onChoose={setAt} />
          <div className="row">
            {canClose && (
              <Button onClick={close} data-testid="close-tool-card">
                {t('cardTask.tools.end')}
                <Kbd>Enter</Kbd>
              </Button>
            )}
            {canGoOn && (
              <Button onClick={goOn} data-testid="go-on-tool-card">
                {t('cardTask.tools.go')}
                <Kbd>Alt G</Kbd>
              </Button>
            )}
          </div>
        </Panel>
      )}
      {open?.what === 'make' && (
        <MakeToolCard
          begun={open.card}
          draft={open.card === null ? draft : null}
          onTyped={setDraft}
          onMade={({ toolNo }) => done(t('cardTask.tools.saved', { number: toolNo }))}
          onTried={again}
          onClose={leave}
        />
      )}
      {open?.what === 'close' && (
        <CloseToolCard card={open.card} onClosed={({ toolNo }) => done(t('cardTask.tools.closed', { number: toolNo }))} onClose={leave} />
      )}
    </div>
  );
}

function Register(props: {
  readonly cards: readonly ToolCard[];
  readonly chosen: ToolCard | undefined;
  readonly ended: boolean;
  readonly onChoose: (index: number) => void;
}) {
  const { t } = useWords();
  const { cards, chosen, ended } = props;
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th>{t('cardTask.tools.number')}</th>
            <th>{t('cardTask.tools.kind')}</th>
            <th>{t('cardTask.tools.forWhat')}</th>
            <th>{t('cardTask.tools.state')}</th>
            <th>{t(ended ? 'cardTask.tools.endedAt' : 'cardTask.tools.daysOut')}</th>
            <th>{t(ended ? 'cardTask.tools.note' : 'cardTask.tools.made')}</th>
            <th>{t('cardTask.tools.by')}</th>
            <th>{t('cardTask.tools.approvedBy')}</th>
          </tr>
        </thead>
        <tbody>
          {cards.map((card, index) => (
            <tr
              key={card.toolId}
              className={card === chosen ? 'chosen' : ''}
              aria-current={card === chosen}
              data-testid="tool-card-row"
              onClick={() => props.onChoose(index)}
            >
              <td className="figures">{card.toolNo}</td>
              <td>
                {t(`card.tool.${card.tool}`)}
                {card.pricesFrom !== '' && <div className="soft figures">{t('cardTask.tools.pricesFrom', { date: card.pricesFrom })}</div>}
              </td>
              <td>{card.forWhat}</td>
              <td>{t(`cardTask.tools.stateOf.${card.state}`)}</td>
              <td className="figures">{ended ? dateTime(card.endedAtMs) : card.state === 'out' ? card.daysOut : t('common.none')}</td>
              <td className={ended ? '' : 'figures'}>
                {ended ? card.note : card.madeAtMs === 0 ? t('common.none') : dateTime(card.madeAtMs)}
              </td>
              <td className="figures">{card.clerk}</td>
              <td className="figures">{[card.approvedBy, card.endApprovedBy].filter(Boolean).join(' / ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
