// Cash in and out beside sales, and the drawer opened without any business: each with its reason, and a supervisor where it takes one.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { api, client } from '../../bridge/client.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Choice, Field, focusWrong, wrong } from '../../components/field.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { ReasonDialog } from '../../components/reason-dialog.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { parseYuan, yuan } from '../../format/format.ts';
import type { Problem } from '../../text/index.ts';
import { useTranslation } from '../../text/use-translation.tsx';

type Shift = NonNullable<Outputs['shift']['current']>;

/** Cash into the drawer or out of it. */
export function MoveCashDialog(props: {
  readonly way: 'in' | 'out';
  readonly onDone: (shift: Shift) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { way } = props;
  const name = way === 'in' ? 'payIn' : 'payOut';
  const options = useQuery(api.shift.options.queryOptions({ input: {} })).data;
  const categories = (options?.categories ?? []).filter(({ direction }) => direction === way);
  const [movementId] = useState(() => newId());
  const [picked, setPicked] = useState('');
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const [found, setFound] = useState<Problem | null>(null);
  const category = picked === '' ? (categories[0]?.code ?? '') : picked;
  const amountFen = parseYuan(text);
  const act = useApproval({
    call: (input: Inputs['shift']['payIn']) => client.shift[name](input),
    hint: t(`drawer.${name}.approve`, { amount: yuan(amountFen ?? 0) }),
    act: `shift.${name}`,
    onSuccess: props.onDone,
  });
  const submit = (): void => {
    const problem =
      amountFen === null || amountFen === 0 ? wrong('amountFen', 'form') : reason.trim() === '' ? wrong('reason', 'empty') : null;
    setFound(problem);
    focusWrong(problem);
    if (problem === null && amountFen !== null) act.run({ movementId, category, reason: reason.trim(), amountFen });
  };
  return (
    <>
      <Dialog
        title={t(`drawer.${name}.title`)}
        action={t(`drawer.${name}.do`)}
        busy={act.isPending}
        hidden={act.asking}
        dirty={text !== '' || reason !== ''}
        onAction={submit}
        onClose={props.onClose}
      >
        <div className="field-grid">
          <Field
            field="amountFen"
            label={t('drawer.amount')}
            value={text}
            numeric
            autoFocus
            maxLength={12}
            problem={found ?? act.problem}
            onChange={setText}
          />
          <Choice
            field="category"
            label={t('drawer.category')}
            value={category}
            options={categories.map(({ code, name: label }) => ({ value: code, label }))}
            onChange={setPicked}
          />
          <Field
            field="reason"
            label={t('charging.reason')}
            value={reason}
            maxLength={200}
            problem={found ?? act.problem}
            onChange={setReason}
          />
        </div>
        {act.problem !== null && <ProblemNote problem={act.problem} />}
      </Dialog>
      {act.dialog}
    </>
  );
}

type Why = Inputs['shift']['openDrawer']['why'];

/** The drawer without a sale. */
export function OpenDrawerDialog(props: {
  readonly onDone: (opened: Outputs['shift']['openDrawer']) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const [openingId] = useState(() => newId());
  const [why, setWhy] = useState<Why>('change');
  const act = useApproval({
    call: (input: Inputs['shift']['openDrawer']) => client.shift.openDrawer(input),
    hint: t('drawer.open.approve'),
    act: 'shift.openDrawer',
    onSuccess: props.onDone,
  });
  return (
    <>
      <ReasonDialog
        title={t('drawer.open.title')}
        action={t('drawer.open.do')}
        busy={act.isPending}
        hidden={act.asking}
        onDo={(reason) => act.run({ openingId, why, reason })}
        onClose={props.onClose}
      >
        <p className="soft">{t('drawer.open.hint')}</p>
        <div className="field-grid">
          <Choice<Why>
            field="why"
            label={t('drawer.open.why')}
            value={why}
            options={[
              { value: 'change', label: t('drawer.why.change') },
              { value: 'no-sale', label: t('drawer.why.no-sale') },
            ]}
            onChange={setWhy}
          />
        </div>
        {act.problem !== null && <ProblemNote problem={act.problem} />}
      </ReasonDialog>
      {act.dialog}
    </>
  );
}
