// A blind count: notes and coins by denomination, slips by tender, nothing but the keyboard. What should be there is not on the screen because nobody has told it.

import { type ReactNode, useState } from 'react';
import { DENOMINATIONS_FEN, SLIP_TENDERS } from '../../../shared/domain/shifts.ts';
import { Button } from '../../components/button.tsx';
import { Panel } from '../../components/facts.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { yuan } from '../../format/format.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import type { Problem } from '../../text/index.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { useLeaveGuard } from '../shell/navigation.tsx';
import { type CountFields, isTouched, quantityId, quantityOf, type ReadCount, readCount, type SlipFields, slipId } from './counting.ts';

const FIELDS = '.count-field input, input.count-field';
const SLIP_FIELDS = ['count', 'taken', 'returned'] as const satisfies readonly (keyof SlipFields)[];

/** Moves to the field before or after the one that has the cursor; false beyond the ends. */
function step(by: 1 | -1): boolean {
  const fields = [...document.querySelectorAll<HTMLInputElement>(FIELDS)];
  const next = fields[fields.indexOf(document.activeElement as HTMLInputElement) + by];
  next?.focus();
  next?.select();
  return next !== undefined;
}

export function CountSheet(props: {
  readonly title: string;
  readonly hint: string;
  readonly action: string;
  /** Whether slips are counted too. */
  readonly slips: boolean;
  /** What is typed; it lies with whoever keeps it over parking. */
  readonly fields: CountFields;
  readonly onFields: (fields: CountFields) => void;
  readonly busy: boolean;
  /** Another dialog asks something. */
  readonly asking?: boolean;
  readonly problem: Problem | null;
  /** Fields before the quantities; give their inputs the class `count-field`. */
  readonly before?: ReactNode;
  /** Whether those fields are right. */
  readonly ready?: boolean;
  readonly onCounted: (count: ReadCount) => void;
  readonly onBack: () => void;
}) {
  const { t } = useTranslation();
  const { fields, onFields } = props;
  const [tried, setTried] = useState(false);
  const read = readCount(fields);
  useLeaveGuard(isTouched(fields));
  const submit = (): void => {
    if (props.busy) return;
    setTried(true);
    const [wrong] = read.wrong;
    if (wrong !== undefined) document.getElementById(wrong)?.focus();
    else if (props.ready !== false) props.onCounted(read);
  };
  useKeys(
    {
      Enter: () => {
        if (!step(1)) submit();
      },
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      'Alt+g': submit,
      Escape: isTouched(fields) ? () => false : props.onBack,
    },
    { active: props.asking !== true },
  );
  const isWrong = (id: string): boolean => read.wrong.includes(id);
  const quantity = (denominationFen: number) => {
    const id = quantityId(denominationFen);
    const text = fields.quantities[denominationFen] ?? '';
    const first = denominationFen === DENOMINATIONS_FEN[0] && props.before === undefined;
    return (
      <tr key={denominationFen}>
        <td>
          <label htmlFor={id}>{denominationFen === 1 ? t('drawer.count.fen') : yuan(denominationFen)}</label>
        </td>
        <td>
          <Input
            id={id}
            className="count-field figures"
            size="small"
            autoFocus={first}
            inputMode="numeric"
            autoComplete="off"
            maxLength={5}
            value={text}
            status={isWrong(id) ? 'error' : ''}
            aria-invalid={isWrong(id)}
            data-testid={id}
            onChange={(event) => onFields({ ...fields, quantities: { ...fields.quantities, [denominationFen]: event.target.value } })}
          />
        </td>
        <td className="figures right">{yuan(denominationFen * (quantityOf(text) ?? 0))}</td>
      </tr>
    );
  };
  return (
    <Panel title={props.title} testId="count-sheet">
      <p className="soft">{props.hint}</p>
      {props.before}
      <div className="count-columns">
        <table className="plain-table count-table">
          <thead>
            <tr>
              <th>{t('drawer.count.denomination')}</th>
              <th>{t('drawer.count.quantity')}</th>
              <th className="right">{t('drawer.amount')}</th>
            </tr>
          </thead>
          <tbody>{DENOMINATIONS_FEN.map(quantity)}</tbody>
        </table>
        <div className="stack-wide">
          <div>
            <div className="soft">{t('drawer.count.cash')}</div>
            <div className="amount-due" aria-live="polite" data-testid="count-total">
              {yuan(read.cashFen)}
            </div>
          </div>
          {props.slips && (
            <table className="plain-table count-table">
              <thead>
                <tr>
                  <th>{t('drawer.count.slips')}</th>
                  {SLIP_FIELDS.map((field) => (
                    <th key={field}>{t(`drawer.count.slip.${field}`)}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {SLIP_TENDERS.map((kind) => (
                  <tr key={kind}>
                    <td>{t(`drawer.tender.${kind}`)}</td>
                    {SLIP_FIELDS.map((field) => {
                      const id = slipId(kind, field);
                      return (
                        <td key={field}>
                          <Input
                            id={id}
                            className="count-field figures"
                            size="small"
                            inputMode="decimal"
                            autoComplete="off"
                            maxLength={field === 'count' ? 5 : 12}
                            aria-label={`${t(`drawer.tender.${kind}`)} ${t(`drawer.count.slip.${field}`)}`}
                            value={fields.slips[kind][field]}
                            status={isWrong(id) ? 'error' : ''}
                            aria-invalid={isWrong(id)}
                            data-testid={id}
                            onChange={(event) =>
                              onFields({
                                ...fields,
                                slips: { ...fields.slips, [kind]: { ...fields.slips[kind], [field]: event.target.value } },
                              })
                            }
                          />
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {tried && read.wrong.length > 0 && (
            <div role="alert" className="tone-bad" data-testid="count-wrong">
              {t('drawer.count.wrong')}
            </div>
          )}
          {props.problem !== null && <ProblemNote problem={props.problem} />}
          <div className="row wrap">
            <Button type="primary" loading={props.busy} onClick={submit} data-testid="count-done">
              {props.action}
              <Kbd>Alt G</Kbd>
            </Button>
            <Button onClick={props.onBack} data-testid="count-back">
              {t('common.back')}
              <Kbd>Esc</Kbd>
            </Button>
          </div>
          <p className="soft">{t('drawer.count.keys')}</p>
        </div>
      </div>
    </Panel>
  );
}
