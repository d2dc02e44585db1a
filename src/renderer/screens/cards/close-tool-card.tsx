// A tool card is accounted for: it is back, was destroyed, or is lost; the last two before a second person.
import { useState } from 'react';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { client } from '../../bridge/client.ts';
import { useWords } from '../../components/commodity.tsx';
import { Choice } from '../../components/field.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { useApproval } from '../../components/use-approval.tsx';

type ToolCard = Outputs['toolCards']['close'];
type End = Inputs['toolCards']['close']['state'];

/** What can become of a card: one that never was whole does not come back, and one that is lost already is not lost again. */
const ENDS: Partial<Readonly<Record<ToolCard['state'], readonly End[]>>> = {
  unfinished: ['destroyed', 'lost'],
  out: ['returned', 'destroyed', 'lost'],
  lost: ['returned', 'destroyed'],
};

export function CloseToolCard(props: {
  readonly card: ToolCard;
  readonly onClosed: (card: ToolCard) => void;
  readonly onClose: () => void;
}) {
  const { t } = useWords();
  const { toolId, toolNo, tool, forWhat, state } = props.card;
  const ends = ENDS[state] ?? [];
  const [end, setEnd] = useState<End>(ends[0] ?? 'returned');
  const act = useApproval({
    call: (input: Inputs['toolCards']['close']) => client.toolCards.close(input),
    hint: t('cardTask.tools.approveEnd', { number: toolNo, state: t(`cardTask.tools.stateOf.${end}`) }),
    act: 'toolCards.close',
    onSuccess: props.onClosed,
  });
  return (
    <>
      <ReasonDialog
        title={t('cardTask.tools.endTitle', { number: toolNo })}
        action={t('cardTask.tools.endDo')}
        label={t('cardTask.tools.note')}
        busy={act.isPending}
        hidden={act.asking}
        onDo={(note) => act.run({ toolId, state: end, note })}
        onClose={props.onClose}
      >
        <p>
          {t(`card.tool.${tool}`)} · {forWhat}
        </p>
        <div className="field-grid">
          <Choice<End>
            field="state"
            label={t('cardTask.tools.state')}
            value={end}
            options={ends.map((one) => ({ value: one, label: t(`cardTask.tools.stateOf.${one}`) }))}
            onChange={setEnd}
          />
        </div>
        {act.problem !== null && <ProblemNote problem={act.problem} />}
      </ReasonDialog>
      {act.dialog}
    </>
  );
}
