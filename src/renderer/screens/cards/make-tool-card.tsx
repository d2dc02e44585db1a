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
import type { Problem } from '../../text/index.ts';

type ToolCard = Outputs['toolCards']['close'];
type Tool = ToolCard['tool'];
interface Typed {
  readonly layoutId: string;
  readonly tool: Tool | null;
  readonly forWhat: string;
  readonly reason: string;
}
const NOTHING: Typed = { layoutId: '', tool: null, forWhat: '', reason: '' };

function troubleOf({ forWhat, reason }: Typed): Problem | null {
  if (forWhat.trim() === '') return wrong('forWhat', 'empty');
  return reason.trim() === '' ? wrong('reason', 'empty') : null;
}

export function MakeToolCard(props: {
  /** One that was begun and is written again; null for a new one. */
  readonly begun: ToolCard | null;
  readonly onMade: (card: ToolCard) => void;
  /** After every try, whatever came of it. */
  readonly onTried: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useWords();
  const layoutName = useLayoutName();
  const layouts = useQuery(api.toolCards.layouts.queryOptions({ input: {} })).data;
  const { begun } = props;
  const [toolId] = useState(() => begun?.toolId ?? newId());
  const [typed, setTyped] = useState<Typed>(begun ?? NOTHING);
  const [found, setFound] = useState<Problem | null>(null);
  const layoutId = typed.layoutId || (layouts?.[0]?.layoutId ?? '');
  const tools = layouts?.find((layout) => layout.layoutId === layoutId)?.tools ?? [];
  const tool = typed.tool !== null && (begun !== null || tools.includes(typed.tool)) ? typed.tool : tools[0];
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
    setTyped({ ...typed, ...part });
  };
  const submit = (): void => {
    const trouble = troubleOf(typed);
    setFound(trouble);
    if (trouble !== null) focusWrong(trouble);
    else if (tool !== undefined && !act.isPending)
      act.run({ toolId, layoutId, tool, forWhat: typed.forWhat.trim(), reason: typed.reason.trim() });
  };
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
        waiting={layouts?.length === 0}
        {...(isBegun ? {} : { dirty: typed !== NOTHING })}
        onAction={submit}
        onClose={props.onClose}
      >
        {layouts?.length === 0 && <p>{t('cardTask.tools.noLayouts')}</p>}
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
              options={(layouts ?? []).map((layout) => ({ value: layout.layoutId, label: layoutName(layout.layoutId) }))}
              onChange={(value) => change({ layoutId: value })}
            />
            <Choice<Tool | ''>
              field="tool"
              label={t('cardTask.tools.kind')}
              value={tool ?? ''}
              problem={problem}
              options={tools.map((one) => ({ value: one, label: t(`card.tool.${one}`) }))}
              onChange={(value) => value !== '' && change({ tool: value })}
            />
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
