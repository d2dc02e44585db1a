// Sign-in: staff number and password; in the demo hall one key per person.
import { LoginOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Role } from '../../../shared/contract/call.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { signIn } from '../../bridge/session.ts';
import { Button } from '../../components/button.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Kbd, type KeyMap, useKeys } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { Entrance } from './entrance.tsx';

const ROLES = ['clerk', 'supervisor', 'manager', 'it'] as const satisfies readonly Role[];

export function SignInScreen() {
  const { t } = useTranslation();
  const info = useQuery(api.system.info.queryOptions({ input: {} })).data;
  const [staffNo, setStaffNo] = useState('');
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState<'staffNo' | 'password' | null>(null);
  const enter = useMutation({ mutationFn: signIn });
  const demoStaff = info?.demo === true ? info.demoStaff : [];

  const submit = (): void => {
    if (enter.isPending) return;
    if (staffNo.trim() === '') setMissing('staffNo');
    else if (password === '') setMissing('password');
    else enter.mutate({ staffNo: staffNo.trim(), password });
  };
  const keys: Record<string, KeyMap[string]> = { Enter: submit };
  demoStaff.forEach((person, index) => {
    // With Alt, because a bare digit belongs to the number that is being typed.
    keys[`Alt+${index + 1}`] = () => {
      if (enter.isPending) return;
      enter.mutate({ staffNo: person.staffNo, password: person.password });
    };
  });
  useKeys(keys);
  useEffect(() => {
    document.title = `${t('signIn.title')} · ${t('app.name')}`;
  }, [t]);

  const where =
    info === undefined ? null : `${info.branchName} · ${t('shell.counter', { counter: info.counterId })} · ${info.businessDate}`;
  return (
    <Entrance where={where}>
      <form
        className="panel stack-wide"
        aria-label={t('signIn.title')}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <h1>{t('signIn.title')}</h1>
        <div className="stack">
          <label htmlFor="sign-in-staff">{t('signIn.staffNo')}</label>
          <Input
            id="sign-in-staff"
            size="large"
            autoFocus
            autoComplete="username"
            maxLength={20}
            value={staffNo}
            status={missing === 'staffNo' ? 'error' : ''}
            aria-describedby={missing === 'staffNo' ? 'sign-in-missing' : undefined}
            data-testid="staff-no"
            onChange={(event) => {
              setStaffNo(event.target.value);
              setMissing(null);
            }}
          />
          <label htmlFor="sign-in-password">{t('signIn.password')}</label>
          <Input
            id="sign-in-password"
            type="password"
            size="large"
            autoComplete="current-password"
            maxLength={200}
            value={password}
            status={missing === 'password' ? 'error' : ''}
            aria-describedby={missing === 'password' ? 'sign-in-missing' : undefined}
            data-testid="password"
            onChange={(event) => {
              setPassword(event.target.value);
              setMissing(null);
            }}
          />
          {missing !== null && (
            <div id="sign-in-missing" role="alert" className="tone-bad">
              {t(missing === 'staffNo' ? 'signIn.needStaffNo' : 'signIn.needPassword')}
            </div>
          )}
        </div>
        {enter.error !== null && <ProblemNote problem={problemOf(enter.error)} />}
        <Button
          type="primary"
          size="large"
          block
          htmlType="submit"
          icon={<LoginOutlined />}
          loading={enter.isPending}
          data-testid="sign-in"
        >
          {t('signIn.submit')}
          <Kbd>Enter</Kbd>
        </Button>
      </form>
      {demoStaff.length > 0 && (
        <section className="stack" aria-label={t('signIn.demo')}>
          <h2>{t('signIn.demo')}</h2>
          <p className="soft">{t('signIn.demoHint')}</p>
          <div className="row wrap">
            {demoStaff.map((person, index) => {
              const role = ROLES.find((one) => one === person.role);
              return (
                <Button
                  key={person.staffNo}
                  data-testid={`demo-staff-${person.role}`}
                  disabled={enter.isPending}
                  onClick={() => enter.mutate({ staffNo: person.staffNo, password: person.password })}
                >
                  {person.name}
                  {role === undefined ? '' : ` · ${t(`role.${role}`)}`} {person.staffNo}
                  <Kbd>{`Alt ${index + 1}`}</Kbd>
                </Button>
              );
            })}
          </div>
        </section>
      )}
    </Entrance>
  );
}
