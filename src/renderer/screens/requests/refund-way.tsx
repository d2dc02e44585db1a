// What goes back on completion, sum by sum, and how: cash, by the terminal it came from, or to the account's bank.

import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { useWords } from '../../components/commodity.tsx';
import { Facts, Panel } from '../../components/facts.tsx';
import { refusalOf } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import type { Problem } from '../../text/index.ts';

export type Refund = Outputs['requests']['refund'];
type Refunds = Inputs['requests']['complete']['refunds'];

export type Way = 'cash' | 'bank-card' | 'wallet' | 'bank';
export interface RefundChoice {
  /** Null until somebody has chosen: cash while the drawer holds it. */
  readonly way: Way | null;
  /** Null until somebody has typed: that of the payment it goes back to. */
  readonly reference: string | null;
}
export const NO_CHOICE: RefundChoice = { way: null, reference: null };

/** The sum, as the core names it. */
export const SUM_FIELD = 'expectedRefundFen';

const byTerminal = (way: Way): way is 'bank-card' | 'wallet' => way === 'bank-card' || way === 'wallet';

function wayOf({ way }: RefundChoice, { isInDrawer, bank, paidBy }: Refund): Way {
  if (way !== null) return way;
  return isInDrawer ? 'cash' : bank !== null ? 'bank' : (paidBy?.kind ?? 'cash');
}

function referenceOf(choice: RefundChoice, refund: Refund): string {
  const { paidBy } = refund;
  return choice.reference ?? (paidBy !== null && paidBy.kind === wayOf(choice, refund) ? paidBy.reference : '');
}

/** Returns the parts that do not leave the drawer as the core takes them; null while a slip number is missing. */
export function refundsOf(choice: RefundChoice, refund: Refund): Refunds | null {
  const way = wayOf(choice, refund);
  const { totalFen, bank } = refund;
  if (totalFen === 0 || way === 'cash') return [];
  const reference =
    way === 'bank' ? `${bank?.bankName ?? ''} ${bank?.masked ?? ''}`.trim().slice(0, 64) : referenceOf(choice, refund).trim();
  return reference === '' ? null : [{ kind: way === 'wallet' ? 'wallet' : 'bank-card', amountFen: totalFen, reference }];
}

export function RefundWay(props: {
  readonly refund: Refund;
  readonly choice: RefundChoice;
  readonly wrong: boolean;
  /** What the core has refused; what it says of the sum stands beside it. */
  readonly problem: Problem | null;
  readonly onChange: (choice: RefundChoice) => void;
}) {
  const { t, volume } = useWords();
  const { refund, choice, wrong, onChange } = props;
  const ofSum = refusalOf(props.problem, SUM_FIELD);
  const way = wayOf(choice, refund);
  const words = { cash: t('topup.cash'), 'bank-card': t('topup.bankCard'), wallet: t('topup.wallet'), bank: t('requests.back.bank') };
  const ways: readonly Way[] = refund.bank === null ? ['cash', 'bank-card', 'wallet'] : ['cash', 'bank-card', 'wallet', 'bank'];
  const choose = (index: number) => (): unknown => {
    const next = ways[index];
    return next === undefined ? false : onChange({ way: next, reference: null });
  };
  useKeys({ 'Alt+1': choose(0), 'Alt+2': choose(1), 'Alt+3': choose(2), 'Alt+4': choose(3) });
  const { totalFen, depositFen, creditFen, volumeFen, cardLitres, isInDrawer, bank } = refund;
  const sum = (fen: number): string | null => (fen === 0 ? null : yuan(fen));
  return (
    <Panel title={t('requests.refund')} testId="refund">
      <Facts
        figures
        items={[
          [t('requests.back.deposit'), sum(depositFen)],
          [t('requests.back.credit'), sum(creditFen)],
          [t('requests.back.volume'), sum(volumeFen)],
          [t('requests.back.onCard'), cardLitres === 0 ? null : volume(cardLitres)],
          [
            t('common.total'),
            <strong key="total" data-testid="refund-total">
              {yuan(totalFen)}
            </strong>,
          ],
        ]}
      />
      {ofSum !== null && (
        <div role="alert" className="tone-bad" data-testid="refund-total-wrong">
          {t(`fieldReason.${ofSum}`)}
        </div>
      )}
      {totalFen > 0 && (
        <>
          <div className="row wrap">
            <Segmented<Way>
              aria-label={t('requests.back.how')}
              value={way}
              onChange={(next) => onChange({ way: next, reference: null })}
              options={ways.map((one) => ({ value: one, label: words[one] }))}
            />
            <Kbd>{`Alt 1–${ways.length}`}</Kbd>
          </div>
          {way === 'cash' && !isInDrawer && (
            <div role="alert" className="tone-bad">
              {t('requests.back.drawerShort')}
            </div>
          )}
          {way === 'bank' && bank !== null && <div className="soft">{`${bank.bankName} ${bank.masked} ${bank.holder}`}</div>}
          {byTerminal(way) && (
            <div>
              <label htmlFor="refund-reference">{t('topup.reference', { kind: words[way] })}</label>
              <Input
                id="refund-reference"
                autoComplete="off"
                maxLength={64}
                value={referenceOf(choice, refund)}
                status={wrong ? 'error' : ''}
                aria-invalid={wrong}
                data-testid="refund-reference"
                onChange={(event) => onChange({ ...choice, reference: event.target.value })}
              />
              {wrong && (
                <div role="alert" className="tone-bad">
                  {t('topup.referenceNeeded')}
                </div>
              )}
            </div>
          )}
        </>
      )}
    </Panel>
  );
}
