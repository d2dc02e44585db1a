// A meter was verified again; one that was in repair or with its maker is in the store with that.
import { useState } from 'react';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { client } from '../../bridge/client.ts';
import { useWords } from '../../components/commodity.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field, wrong } from '../../components/field.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useForm } from '../accounts/use-form.ts';

type Meter = Outputs['meters']['get'];

export function ReverifyForm(props: { readonly meter: Meter; readonly onSaved: (meter: Meter) => void; readonly onClose: () => void }) {
  const { t } = useWords();
  const { meter } = props;
  const [until, setUntil] = useState(meter.verifiedUntil);
  const intoStore = meter.place === 'in-repair' || meter.place === 'to-maker';
  const form = useForm((input: Inputs['meters']['reverify']) => client.meters.reverify(input), props.onSaved);
  const submit = (): void =>
    form.submit(until === '' ? wrong('verifiedUntil', 'empty') : null, () => ({ meterNo: meter.meterNo, verifiedUntil: until, intoStore }));
  return (
    <Dialog
      title={t('meters.reverify')}
      action={t(intoStore ? 'meters.reverifyIntoStore' : 'meters.reverifyDo')}
      busy={form.isPending}
      dirty={!form.isSaved && until !== meter.verifiedUntil}
      onAction={submit}
      onClose={props.onClose}
    >
      <p>
        <strong className="figures">{meter.meterNo}</strong> {meter.make} {meter.model}
      </p>
      {intoStore && <p>{t('meters.reverifyHint')}</p>}
      <div className="field-grid">
        <Field
          field="verifiedUntil"
          label={t('meters.verified')}
          type="date"
          autoFocus
          value={until}
          problem={form.problem}
          onChange={(value) => {
            form.touched();
            setUntil(value);
          }}
        />
      </div>
      {form.problem !== null && form.problem.code !== 'INPUT_INVALID' && <ProblemNote problem={form.problem} />}
    </Dialog>
  );
}
