// What is attached to the account: meters, cards, price plan and the use of its tiers.
import { memo } from 'react';
import { useWords } from '../../components/commodity.tsx';
import { Facts, Panel, StateWord } from '../../components/facts.tsx';
import { cubicMetres, yuan, yuanInput } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import type { Account } from './account.ts';
import { AttachmentList } from './attachments.tsx';
import { Masked } from './masked.tsx';
import { tierParts } from './tier-parts.ts';

const METER_FAULTS = [
  [1, 'meterFault.battery'],
  [2, 'meterFault.valve'],
  [4, 'meterFault.magnetic'],
  [8, 'meterFault.cover'],
] as const;

export function TierUse({ account }: { readonly account: Account }) {
  const { t } = useWords();
  const { tariff, tierUsedLitres } = account;
  const parts = tierParts(tariff.limitsLitres, tierUsedLitres);
  return (
    <div className="stack">
      <h3>{t('account.tierUse', { year: account.tierYear })}</h3>
      <div className="figures">{t('account.tierUsed', { used: cubicMetres(tierUsedLitres) })}</div>
      <div className="tier-bar" aria-hidden="true">
        {parts.map((part) => (
          <span key={part.tier} className="tier-part" style={{ flexGrow: part.share }}>
            <span className="tier-fill" style={{ width: `${part.filledPercent}%` }} />
          </span>
        ))}
      </div>
      <ul>
        {parts.map((part, index) => (
          <li key={part.tier} className="row between">
            <span>
              {t('account.tierLine', { tier: part.tier })}{' '}
              {part.limitLitres === null
                ? parts.length > 1 && t('account.tierAbove')
                : t('account.tierUpTo', { limit: cubicMetres(part.limitLitres) })}
            </span>
            <span className="figures">
              {part.current && (
                <span aria-hidden="true" className="tone-ok">
                  ●{' '}
                </span>
              )}
              {t('account.price', { price: yuanInput(tariff.pricesFenPerM3[index] ?? 0) })}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export const Attached = memo(function Attached({ account }: { readonly account: Account }) {
  const { t, volume } = useWords();
  return (
    <Panel title={t('account.attached')}>
      <h3>{t('account.meters')}</h3>
      {account.meters.length === 0 && <p className="soft">{t('account.noMeter')}</p>}
      {account.meters.map((meter) => {
        const faults = METER_FAULTS.filter(([bit]) => (meter.faults & bit) !== 0).map(([, key]) => t(key));
        return (
          <div key={meter.meterNo} className="stack">
            <Facts
              items={[
                [t('account.meterNo'), meter.meterNo],
                [t('account.make'), `${meter.make} · ${t(`meterKind.${meter.kind}`)}`],
                [
                  t('account.loadedSequence'),
                  <span key="loaded" className="figures">
                    {meter.loadedSequence}
                  </span>,
                ],
                [
                  t('account.remaining'),
                  <span key="remaining" className="figures">
                    {volume(meter.remainingLitres)}
                  </span>,
                ],
                [
                  t('account.cumulativeUse'),
                  <span key="use" className="figures">
                    {volume(meter.cumulativeUseLitres)}
                  </span>,
                ],
                [t('people.verifiedUntil'), meter.verifiedUntil === '' ? null : meter.verifiedUntil],
              ]}
            />
            {faults.length > 0 && <StateWord tone="warn">{faults.join(' · ')}</StateWord>}
          </div>
        );
      })}
      <h3>{t('account.cards')}</h3>
      {account.cards.length === 0 && <p className="soft">{t('account.noCard')}</p>}
      {account.cards.map((card) => (
        <Facts
          key={card.cardNo}
          items={[
            [t('account.cardNo'), card.cardNo],
            [
              t('sync.state'),
              <StateWord key="status" tone={card.status === 'active' ? 'ok' : 'bad'}>
                {t(`cardStatus.${card.status}`)}
              </StateWord>,
            ],
            [
              t('account.sequence'),
              <span key="sequence" className="figures">
                {card.sequence}
              </span>,
            ],
            [
              t('account.cumulative'),
              <span key="cumulative" className="figures">
                {volume(card.cumulativeLitres)}
              </span>,
            ],
          ]}
        />
      ))}
      <h3>{t('account.plan')}</h3>
      <div>{account.tariff.name}</div>
      <TierUse account={account} />
      <Money account={account} />
      <Customer account={account} />
      <h3>{t('people.notes')}</h3>
      {account.notes.length === 0 && <p className="soft">{t('people.noNotes')}</p>}
      {account.notes.slice(0, NOTES_SHOWN).map((note) => (
        <div key={note.noteId} className="pre-line">
          {note.text}
        </div>
      ))}
      {account.attachments.length > 0 && (
        <>
          <h3>{t('people.attachments')}</h3>
          <AttachmentList attachments={account.attachments} />
        </>
      )}
    </Panel>
  );
});

const NOTES_SHOWN = 3;

function Money({ account }: { readonly account: Account }) {
  const { t, volume } = useWords();
  const { dueFen, creditFen, depositFen, volumeOwedLitres } = account;
  return (
    <Facts
      figures
      items={[
        [
          t('people.due'),
          <span key="due" className={dueFen > 0 ? 'figures tone-warn' : 'figures'}>
            {yuan(dueFen)}
          </span>,
        ],
        [t('people.credit'), creditFen === 0 ? null : yuan(creditFen)],
        [t('people.deposit'), depositFen === 0 ? null : yuan(depositFen)],
        [t('people.volumeOwed'), volumeOwedLitres === 0 ? null : volume(volumeOwedLitres)],
      ]}
    />
  );
}

function Customer({ account }: { readonly account: Account }) {
  const { t } = useWords();
  const { go } = useNavigation();
  const { customer, bank, accountId, households } = account;
  const others = customer?.accounts.filter((one) => one.accountId !== accountId) ?? [];
  const look = (other: string): void => go({ screen: 'account', accountId: other });
  useKeys(Object.fromEntries(others.slice(0, 9).map((one, index) => [`Alt+${index + 1}`, () => look(one.accountId)] as const)));
  const until = households.at(-1)?.until ?? null;
  return (
    <>
      <h3>{t('people.customer')}</h3>
      {customer === null && <p className="soft">{t('people.noCustomer')}</p>}
      <Facts
        items={[
          [
            t('people.identity'),
            customer?.identity == null ? null : (
              <span key="identity">
                {t(`identityKind.${customer.identity.kind}`)}{' '}
                <Masked accountId={accountId} what="identity" text={customer.identity.masked} />
              </span>
            ),
          ],
          [t('people.smsConsent'), customer === null ? null : t(customer.smsConsent ? 'people.smsYes' : 'people.smsNo')],
          [
            t('people.bank'),
            bank === null ? null : (
              <span key="bank">
                {bank.bankName} <Masked accountId={accountId} what="bank" text={bank.masked} />
              </span>
            ),
          ],
          [
            t('people.household'),
            account.customerKind === 'commercial'
              ? null
              : `${t('common.persons', { count: account.householdSize })}${until === null ? '' : ` · ${t('people.householdUntil', { date: until })}`}`,
          ],
        ]}
      />
      {others.length > 0 && (
        <>
          <h3>{t('people.otherAccounts')}</h3>
          <ul className="stack">
            {others.map((one, index) => (
              <li key={one.accountId}>
                <button type="button" className="link-button" onClick={() => look(one.accountId)} data-testid="other-account">
                  <span className="figures">{one.accountNo}</span> {one.address}
                  {index < 9 && <Kbd>{`Alt ${index + 1}`}</Kbd>}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
