// What can be tried on the selected device, each with its key, and what came of it as labelled values.
import { useMutation } from '@tanstack/react-query';
import { InputNumber } from 'antd';
import { useState } from 'react';
import { type DeviceTestName, FACT_LABELS, FACT_WORDS, SLOT_TESTS } from '../../../shared/contract/devices.ts';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import type { DeviceState } from '../../bridge/card.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Facts } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { clockTime } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { LANGUAGES } from '../../text/index.ts';
import { useTranslation } from '../../text/use-translation.tsx';

type Test = Inputs['devices']['test']['test'];
type Fact = Outputs['devices']['test']['facts'][number];

/** Returns the facts with their words. */
function useFactWords(): (facts: readonly Fact[]) => [string, string][] {
  const { t } = useTranslation();
  const wordOf = (value: string): string => {
    const word = FACT_WORDS.find((one) => one === value);
    return word === undefined ? value : t(`devices.factWords.${word}`);
  };
  return (facts) =>
    facts.map(({ label, value }) => {
      const known = FACT_LABELS.find((one) => one === label);
      // A code is shown as it was read, whatever it says.
      const said = known === 'code' ? (value === 'none' ? wordOf(value) : value) : value.split(', ').map(wordOf).join(' · ');
      return [known === undefined ? label : t(`devices.facts.${known}`), said];
    });
}

export function DeviceTests({ device }: { readonly device: DeviceState }) {
  const { t, i18n } = useTranslation();
  const { slot } = device;
  const inserted = device.cards.findIndex((card) => card !== 'absent');
  const [cardSlot, setCardSlot] = useState(inserted < 0 ? 1 : inserted + 1);
  const [meterAddress, setMeterAddress] = useState('');
  const [upper, setUpper] = useState<string>(t('devices.sampleUpper'));
  const [lower, setLower] = useState<string>(t('devices.sampleLower'));
  const [ranAtMs, setRanAtMs] = useState(0);
  const words = useFactWords();
  const run = useMutation(api.devices.test.mutationOptions({ onSettled: () => setRanAtMs(Date.now()) }));
  const language = LANGUAGES.find((one) => one === i18n.language) ?? 'zh-CN';

  const testOf = (test: DeviceTestName): Test => {
    switch (test) {
      case 'read-card':
        return { test, cardSlot };
      case 'print-page':
        return { test, language };
      case 'read-meter':
        return { test, meterAddress: meterAddress.trim() === '' ? 'any' : meterAddress.trim() };
      case 'show-text':
        return { test, upper, lower };
      default:
        return { test };
    }
  };
  const start = (test: DeviceTestName): void => {
    if (!run.isPending) run.mutate({ slot, test: testOf(test) });
  };
  const tests: readonly DeviceTestName[] = SLOT_TESTS[slot];
  const keys: Record<string, () => void> = {};
  for (const [index, test] of tests.entries()) keys[`Alt+${index + 1}`] = () => start(test);
  useKeys(keys, { active: device.state !== 'not-configured' });

  const fieldsOf = (test: DeviceTestName) => {
    if (test === 'read-card')
      return (
        <InputNumber
          size="small"
          min={1}
          max={Math.max(1, device.cards.length)}
          precision={0}
          value={cardSlot}
          aria-label={t('devices.cardSlot')}
          prefix={t('devices.cardSlot')}
          style={{ width: 110 }}
          onChange={(value) => setCardSlot(value ?? 1)}
        />
      );
    if (test === 'read-meter')
      return (
        <Input
          size="small"
          maxLength={32}
          value={meterAddress}
          aria-label={t('devices.meterAddress')}
          placeholder={t('devices.meterAddress')}
          style={{ width: 160 }}
          onChange={(event) => setMeterAddress(event.target.value)}
        />
      );
    if (test === 'show-text')
      return (
        <span className="row">
          <Input
            size="small"
            maxLength={40}
            value={upper}
            aria-label={t('devices.upperLine')}
            onChange={(event) => setUpper(event.target.value)}
          />
          <Input
            size="small"
            maxLength={40}
            value={lower}
            aria-label={t('devices.lowerLine')}
            onChange={(event) => setLower(event.target.value)}
          />
        </span>
      );
    return null;
  };

  const asked = run.variables?.slot === slot ? run.variables.test.test : null;
  return (
    <div className="test-columns">
      <ul className="stack">
        {tests.map((test, index) => (
          <li key={test} className="test-row">
            <Button
              loading={run.isPending && asked === test}
              disabled={run.isPending && asked !== test}
              aria-keyshortcuts={`Alt+${index + 1}`}
              data-testid={`test-${test}`}
              onClick={() => start(test)}
            >
              {t(`devices.tests.${test}`)}
              <Kbd>{`Alt ${index + 1}`}</Kbd>
            </Button>
            {fieldsOf(test)}
            <span className="soft">{t(`devices.testHint.${test}`)}</span>
          </li>
        ))}
      </ul>
      <section className="stack" aria-label={t('devices.result')} aria-live="polite" data-testid="test-result">
        {asked === null && <p className="soft">{t('devices.noResult')}</p>}
        {asked !== null && run.isPending && <output>{t('devices.running')}</output>}
        {asked !== null && run.error !== null && <ProblemNote problem={problemOf(run.error)} heading={t(`devices.tests.${asked}`)} />}
        {asked !== null && run.data !== undefined && (
          <div className="state-done stack">
            <strong>{t('devices.done', { test: t(`devices.tests.${asked}`), time: clockTime(ranAtMs) })}</strong>
            {run.data.facts.length === 0 ? <p>{t('devices.noFacts')}</p> : <Facts items={words(run.data.facts)} />}
          </div>
        )}
      </section>
    </div>
  );
}
