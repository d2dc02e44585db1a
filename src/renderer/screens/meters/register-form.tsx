// A new meter comes into the store.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { COMMODITIES, type Commodity } from '../../../shared/domain/commodity.ts';
import { api, client } from '../../bridge/client.ts';
import { useWords } from '../../components/commodity.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Choice, Field, wrong } from '../../components/field.tsx';
import { useLayoutName } from '../../components/layout-name.ts';
import { ProblemNote } from '../../components/problem.tsx';
import type { Problem } from '../../text/index.ts';
import { useForm } from '../accounts/use-form.ts';
import { useDraft } from '../shell/navigation.tsx';

interface Typed {
  readonly meterNo: string;
  readonly make: string;
  readonly model: string;
  readonly commodity: Commodity;
  /** A layout, or '' for an ordinary meter. */
  readonly layoutId: string;
  readonly verifiedUntil: string;
}
const NOTHING: Typed = { meterNo: '', make: '', model: '', commodity: 'gas', layoutId: '', verifiedUntil: '' };

function troubleOf({ meterNo, make }: Typed): Problem | null {
  if (meterNo.trim() === '') return wrong('meterNo', 'empty');
  if (!/^[\x21-\x7e]{1,16}$/.test(meterNo.trim())) return wrong('meterNo', 'form');
  return make.trim() === '' ? wrong('make', 'empty') : null;
}

export function RegisterForm(props: { readonly onSaved: (meter: Outputs['meters']['get']) => void; readonly onClose: () => void }) {
  const { t } = useWords();
  const layoutName = useLayoutName();
  const layouts = useQuery(api.meters.layouts.queryOptions({ input: {} })).data ?? [];
  const [typed, setTyped] = useState(NOTHING);
  const form = useForm((input: Inputs['meters']['register']) => client.meters.register(input), props.onSaved);
  const dirty = !form.isSaved && typed !== NOTHING;
  useDraft<Typed>({ taskId: 'meter-store', accountId: '' }, dirty ? typed : null, setTyped);
  const change = (field: keyof Typed) => (value: string) => {
    form.touched();
    setTyped({ ...typed, [field]: value });
  };
  const submit = (): void =>
    form.submit(troubleOf(typed), () => ({
      meterNo: typed.meterNo.trim(),
      make: typed.make.trim(),
      model: typed.model.trim(),
      kind: typed.layoutId === '' ? 'ordinary' : 'ic',
      commodity: typed.commodity,
      layoutId: typed.layoutId,
      verifiedUntil: typed.verifiedUntil,
    }));
  const common = (field: keyof Typed) => ({ field, value: typed[field], onChange: change(field), problem: form.problem });
  const kinds = [{ value: '', label: t('meters.ordinary') }, ...layouts.map((id) => ({ value: id, label: layoutName(id) }))];
  const supplies = COMMODITIES.map((value) => ({ value, label: t(`commodity.${value}`) }));
  return (
    <Dialog
      title={t('meters.register')}
      action={t('meters.registerDo')}
      busy={form.isPending}
      dirty={dirty}
      onAction={submit}
      onClose={props.onClose}
    >
      <div className="field-grid">
        <Field {...common('meterNo')} label={t('account.meterNo')} maxLength={16} autoFocus />
        <Choice<string> {...common('layoutId')} label={t('meters.kind')} options={kinds} />
        <Field {...common('make')} label={t('account.make')} maxLength={64} />
        <Field {...common('model')} label={t('meters.model')} maxLength={64} />
        <Field {...common('verifiedUntil')} label={t('meters.verified')} type="date" />
        <Choice<Commodity> {...common('commodity')} value={typed.commodity} label={t('commodity.title')} options={supplies} />
      </div>
      {form.problem !== null && form.problem.code !== 'INPUT_INVALID' && <ProblemNote problem={form.problem} />}
    </Dialog>
  );
}
