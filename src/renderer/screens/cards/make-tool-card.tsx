// A tool card is made, or one that was torn is written again: what it does, what it is for, and the second person.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { api, client } from '../../bridge/client.ts';
import { useWords } from '../../components/commodity.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Choice, Field, focusWrong, wrong } from '../../components/field.tsx';
import { useLayoutName } from '../../components/layout-name.ts';
import { ProblemNote } from '../../components/problem.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { cubicMetres, yuanInput } from '../../format/format.ts';
import type { Problem } from '../../text/index.ts';

type ToolCard = Outputs['toolCards']['close'];
type Tool = ToolCard['tool'];
type Prices = Outputs['toolCards']['prices'][number];
interface Typed {
  readonly layoutId: string;
  readonly tool: Tool | null;
  /** Of a price-set card: the version of a plan; '' takes the first that is offered. */
  readonly versionId: string;
  readonly printedNo: string;
  readonly forWhat: string;
  readonly reason: string;
}
const NOTHING: Typed = { layoutId: '', tool: null, versionId: '', printedNo: '', forWhat: '', reason: '' };

/** A card that is being made, as it is kept over a crash: the same id finds what was begun. */
export interface ToolCardDraft {
  readonly toolId: string;
  readonly typed: Typed;
}

function troubleOf({ forWhat, reason, printedNo }: Typed, asksNo: boolean): Problem | null {
  if (asksNo && printedNo.trim() === '') return wrong('printedNo', 'empty');
  if (asksNo && !/^\d{1,16}$/.test(printedNo.trim())) return wrong('printedNo', 'form');
  if (forWhat.trim() === '') return wrong('forWhat', 'empty');
  return reason.trim() === '' ? wrong('reason', 'empty') : null;
}

/** The table in one line, so that both people see what they let through. */
function TiersOf({ prices }: { readonly prices: Prices }) {
  const { t } = useWords(prices.commodity);
  return (
    <ul className="soft" data-testid="tool-prices">
      {prices.pricesFenPerM3.map((price, index) => {
        const limit = prices.limitsLitres[index];
        const above = prices.limitsLitres.length > 0 ? t('account.tierAbove') : '';
        const upTo = limit === undefined ? above : t('account.tierUpTo', { limit: cubicMetres(limit) });
        return (
          <li key={`${limit ?? 'above'}`} className="row between">
            <span>
              {t('account.tierLine', { tier: index + 1 })} {upTo}
            </span>
            <span className="figures">{t('account.price', { price: yuanInput(price) })}</span>
          </li>
        );
      })}
    </ul>
  );
}

export function MakeToolCard(props: {
  /** One that was begun and is written again; null for a new one. */
  readonly begun: ToolCard | null;
  /** What was typed before a crash; null where nothing was. */
  readonly draft: ToolCardDraft | null;
  readonly onTyped: (draft: ToolCardDraft) => void;
  readonly onMade: (card: ToolCard) => void;
  /** After every try, whatever came of it. */
  readonly onTried: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useWords();
  const layoutName = useLayoutName();
  const layouts = useQuery(api.toolCards.layouts.queryOptions({ input: {} })).data;
  const prices = useQuery(api.toolCards.prices.queryOptions({ input: {} })).data;
  const { begun, draft } = props;
  const [toolId] = useState(() => begun?.toolId ?? draft?.toolId ?? newId());
  const [typed, setTyped] = useState<Typed>(begun === null ? (draft?.typed ?? NOTHING) : { ...begun, printedNo: '' });
  const [found, setFound] = useState<Problem | null>(null);
  const layoutId = typed.layoutId || (layouts?.[0]?.layoutId ?? '');
  const layout = layouts?.find((one) => one.layoutId === layoutId);
  const tools = layout?.tools ?? [];
  const tool = typed.tool !== null && (begun !== null || tools.includes(typed.tool)) ? typed.tool : tools[0];
  const priced = tool === 'price' ? (prices?.find(({ versionId }) => versionId === typed.versionId) ?? prices?.[0]) : undefined;
  const asksNo = layout?.numberPrinted === true;
  const act = useApproval({
    call: (input: Inputs['toolCards']['make']) => client.toolCards.make(input),
    hint: t('cardTask.tools.approve', { tool: tool === undefined ? '' : t(`card.tool.${tool}`), forWhat: typed.forWhat.trim() }),
    act: 'toolCards.make',
    onSuccess: ({ card, fault }) => {
      if (fault === null && card !== null) props.onMade(card);
      else props.onTried();
    },
    onError: (problem) => void setTimeout(() => focusWrong(problem), 0),
  });
  // Once a try has kept its intent, the card is that one, whatever is typed.
  const isBegun = begun !== null || (act.data?.card ?? null) !== null;
  const change = (part: Partial<Typed>): void => {
    setFound(null);
    if (!act.isPending) act.reset();
    const next = { ...typed, ...part };
    setTyped(next);
    props.onTyped({ toolId, typed: next });
  };
  const submit = (): void => {
    const trouble = isBegun ? null : troubleOf(typed, asksNo);
    setFound(trouble);
    if (trouble !== null) focusWrong(trouble);
    else if (tool !== undefined && !act.isPending) {
      const words = { forWhat: typed.forWhat.trim(), reason: typed.reason.trim() };
      const versionId = tool !== 'price' ? '' : begun !== null ? begun.versionId : (priced?.versionId ?? '');
      act.run({ toolId, layoutId, tool, versionId, printedNo: asksNo ? typed.printedNo.trim() : '', ...words });
    }
  };
  // Its maker alone makes them, or no prices are known: there is nothing to be done here.
  const cannot = !isBegun && (tool === undefined || (tool === 'price' && prices?.length === 0));
  const fault = act.data?.fault ?? null;
  const problem = found ?? act.problem;
  const shown = problem !== null && problem.code !== 'INPUT_INVALID' ? problem : fault;
  return (
    <>
      <Dialog
        title={t('cardTask.tools.make')}
        action={t(isBegun ? 'cardTask.tools.go' : 'cardTask.tools.makeDo')}
        busy={act.isPending}
        hidden={act.asking}
        waiting={layouts !== undefined && cannot}
        width={560}
        {...(isBegun ? {} : { dirty: typed !== NOTHING })}
        onAction={submit}
        onClose={props.onClose}
      >
        {layouts?.length === 0 && <p>{t('cardTask.tools.noLayouts')}</p>}
        {layout !== undefined && tools.length === 0 && (
          <p role="alert" className="state-refused" data-testid="tool-not-on-layout">
            {t('cardTask.tools.notOnLayout', { layout: layoutName(layoutId) })}
          </p>
        )}
        <p className="soft">{t('cardTask.tools.blankHint')}</p>
        {isBegun ? (
          <p>
            <strong className="figures">{act.data?.card?.toolNo ?? begun?.toolNo}</strong> {tool !== undefined && t(`card.tool.${tool}`)}{' '}
            {typed.forWhat}
          </p>
        ) : (
          <div className="field-grid">
            <Choice<string>
              field="layoutId"
              label={t('cardTask.tools.layout')}
              value={layoutId}
              problem={problem}
              autoFocus
              options={(layouts ?? []).map((one) => ({ value: one.layoutId, label: layoutName(one.layoutId) }))}
              onChange={(value) => change({ layoutId: value })}
            />
            {tools.length > 0 && (
              <Choice<Tool | ''>
                field="tool"
                label={t('cardTask.tools.kind')}
                value={tool ?? ''}
                problem={problem}
                options={tools.map((one) => ({ value: one, label: t(`card.tool.${one}`) }))}
                onChange={(value) => value !== '' && change({ tool: value })}
              />
            )}
            {tool === 'price' && (
              <>
                <Choice<string>
                  field="versionId"
                  label={t('cardTask.tools.prices')}
                  value={priced?.versionId ?? ''}
                  problem={problem}
                  {...(prices?.length === 0 ? { hint: t('cardTask.tools.noPrices') } : {})}
                  options={(prices ?? []).map(({ versionId, name, effectiveFrom }) => ({
                    value: versionId,
                    label: `${name} · ${t('cardTask.tools.pricesFrom', { date: effectiveFrom })}`,
                  }))}
                  onChange={(versionId) => change({ versionId })}
                />
                <span />
                {priced === undefined ? <span /> : <TiersOf prices={priced} />}
              </>
            )}
            {asksNo && (
              <Field
                field="printedNo"
                label={t('cardTask.tools.printedNo')}
                value={typed.printedNo}
                problem={problem}
                numeric
                maxLength={16}
                onChange={(printedNo) => change({ printedNo })}
              />
            )}
            <Field
              field="forWhat"
              label={t('cardTask.tools.forWhat')}
              value={typed.forWhat}
              problem={problem}
              maxLength={200}
              onChange={(forWhat) => change({ forWhat })}
            />
            <Field
              field="reason"
              label={t('cardTask.tools.reason')}
              value={typed.reason}
              problem={problem}
              maxLength={200}
              onChange={(reason) => change({ reason })}
            />
          </div>
        )}
        {shown?.code === 'CARD_ABSENT' && (
          <div role="alert" className="state-refused">
            {t('cardTask.tools.absent')}
          </div>
        )}
        {shown !== null && shown.code !== 'CARD_ABSENT' && <ProblemNote problem={shown as Problem} />}
      </Dialog>
      {act.dialog}
    </>
  );
}
