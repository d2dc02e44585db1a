// The clerk's shift: open it with its float, or see how the drawer stands.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { memo, useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs } from '../../../shared/contract/index.ts';
import { api, client } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Facts, Lines, Panel } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useApproval } from '../../components/use-approval.tsx';
import { parseYuan, yuan, yuanInput } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { useNavigation } from '../shell/navigation.tsx';

export function OpenShiftForm() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [shiftId] = useState(() => newId());
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const floatFen = parseYuan(text);
  const options = useQuery(api.shift.options.queryOptions({ input: {} })).data;
  const open = useApproval({
    call: (input: Inputs['shift']['open']) => client.shift.open(input),
    hint: t('drawer.openApprove'),
    act: 'shift.open',
    onSuccess: (shift) => {
      queries.setQueryData(api.shift.current.queryKey({ input: {} }), shift);
      void message.success(t('shift.opened', { amount: yuanInput(shift.floatFen) }));
    },
    onError: () => void queries.invalidateQueries({ queryKey: api.shift.key() }),
  });
  const submit = (): unknown => {
    // Enter elsewhere on the screen is not meant for this form.
    if (document.activeElement?.id !== 'shift-float') return false;
    return send();
  };
  const send = (): void => {
    if (open.isPending) return;
    setWrong(floatFen === null);
    if (floatFen !== null) open.run({ shiftId, floatFen });
  };
  useKeys({ Enter: submit }, { active: !open.asking });
  return (
    <section className="panel stack" aria-label={t('shift.openTitle')} data-testid="open-shift">
      <h2>{t('shift.openTitle')}</h2>
      <p>{t('shift.openHint')}</p>
      <label htmlFor="shift-float">{t('shift.float')}</label>
      <Input
        id="shift-float"
        autoFocus
        prefix="¥"
        inputMode="decimal"
        autoComplete="off"
        value={text}
        status={wrong ? 'error' : ''}
        aria-describedby={wrong ? 'shift-float-wrong' : undefined}
        data-testid="shift-float"
        onChange={(event) => {
          setText(event.target.value);
          setWrong(false);
        }}
      />
      {wrong && (
        <div id="shift-float-wrong" role="alert" className="tone-bad">
          {t('shift.floatInvalid')}
        </div>
      )}
      {options !== undefined && options.carriedFen > 0 && (
        <div className="soft" data-testid="carried-cash">
          {t('drawer.carriedHere', { amount: yuan(options.carriedFen) })}
        </div>
      )}
      {options !== undefined && options.drawerOf !== '' && (
        <div className="tone-warn" role="status">
          {t('drawer.drawerOf', { clerk: options.drawerOf })}
        </div>
      )}
      {open.problem !== null && <ProblemNote problem={open.problem} />}
      <Button type="primary" loading={open.isPending} onClick={send} data-testid="shift-open-button">
        {t('shift.open')}
        <Kbd>Enter</Kbd>
      </Button>
      {open.dialog}
    </section>
  );
}

export const ShiftPanel = memo(function ShiftPanel() {
  const { t } = useTranslation();
  const { go } = useNavigation();
  const { data } = useQuery(api.shift.current.queryOptions({ input: {} }));
  if (data === undefined) return <Lines />;
  if (data === null) return <OpenShiftForm />;
  return (
    <Panel
      title={t('home.today')}
      testId="shift-panel"
      extra={
        <Button size="small" onClick={() => go({ screen: 'shift' })} data-testid="to-shift">
          {t('shell.shift')}
          <Kbd>Ctrl F1</Kbd>
        </Button>
      }
    >
      <Facts
        figures
        items={[
          [
            t('shift.floatOf'),
            <span key="float" className="figures">
              {yuan(data.floatFen)}
            </span>,
          ],
          [t('shift.topups'), data.topups],
        ]}
      />
    </Panel>
  );
});
