// What a day adds up to in tables: the books, what is to be settled, business by clerk and kind.
import type { ReactNode } from 'react';
import type { Outputs } from '../../../shared/contract/index.ts';
import { Button } from '../../components/button.tsx';
import { Panel, StateWord } from '../../components/facts.tsx';
import { cubicMetres, yuan } from '../../format/format.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { useTimelineWords } from '../accounts/timeline.tsx';
import { useNavigation } from '../shell/navigation.tsx';

type Figures = Pick<Outputs['day']['now'], 'business' | 'books' | 'differences'>;

/** A table under its title, or the sentence that there is nothing. */
export function DayTable(props: {
  readonly title: string;
  readonly none: string;
  readonly headings: readonly (readonly [word: string, isFigure?: boolean])[];
  readonly rows: readonly ReactNode[];
  readonly testId?: string;
  readonly extra?: ReactNode;
}) {
  return (
    <Panel title={props.title} testId={props.testId ?? ''} extra={props.extra}>
      {props.rows.length === 0 ? (
        <p className="soft">{props.none}</p>
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              {props.headings.map(([word, isFigure = false]) => (
                <th key={word} style={isFigure ? { textAlign: 'right' } : {}}>
                  {word}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{props.rows}</tbody>
        </table>
      )}
    </Panel>
  );
}

const RIGHT = { textAlign: 'right' } as const;

export function Money({ fen }: { readonly fen: number }) {
  return (
    <td className="figures" style={RIGHT}>
      {yuan(fen)}
    </td>
  );
}

/** Books, what is to be settled, and business by clerk: of the day so far or of a close. */
export function FiguresPanels({ figures }: { readonly figures: Figures }) {
  const { t } = useTranslation();
  const { go } = useNavigation();
  const words = useTimelineWords();
  const hasPower = figures.business.some(({ wattHours }) => wattHours !== undefined);
  return (
    <>
      <DayTable
        title={t('day.books')}
        none=""
        testId="day-books"
        headings={[[t('day.book')], [t('day.expected'), true], [t('day.found'), true], [t('day.difference'), true], [t('day.state')]]}
        rows={figures.books.map(({ book, expectedFen, foundFen, differenceFen }) => (
          <tr key={book}>
            <td>{t(`day.words.book.${book}`)}</td>
            <Money fen={expectedFen} />
            <Money fen={foundFen} />
            <Money fen={differenceFen} />
            <td>
              <StateWord tone={differenceFen === 0 ? 'ok' : 'bad'}>{t(differenceFen === 0 ? 'day.agrees' : 'day.differs')}</StateWord>
            </td>
          </tr>
        ))}
      />
      <DayTable
        title={t('day.differences')}
        none={t('day.words.inOrder')}
        testId="day-differences"
        headings={[[t('day.what')], [t('day.customer')], [t('day.amount'), true], [t('day.operation')], [t('day.nextStep')]]}
        rows={figures.differences.map((one) => (
          <tr key={`${one.kind} ${one.subjectId}`}>
            <td>
              <StateWord tone={one.state === 'open' ? 'warn' : 'ok'}>{t(`day.words.difference.${one.kind}`)}</StateWord>
            </td>
            <td>
              {one.accountId === '' ? (
                <span className="figures">{one.kind.startsWith('number') ? one.subjectId : ''}</span>
              ) : (
                <Button type="link" size="small" onClick={() => go({ screen: 'account', accountId: one.accountId })}>
                  {`${one.accountNo} ${one.customerName}`}
                </Button>
              )}
            </td>
            <Money fen={one.amountFen} />
            <td className="figures">{`${one.seq} · ${one.businessDate}`}</td>
            <td>{t(`day.words.nextStep.${one.nextStep}`)}</td>
          </tr>
        ))}
      />
      <DayTable
        title={t('day.business')}
        none={t('day.nothing')}
        testId="day-business"
        headings={[
          [t('day.clerk')],
          [t('day.kind')],
          [t('day.count'), true],
          [t('day.litres'), true],
          ...(hasPower ? [[t('day.wattHours'), true] as const] : []),
          [t('day.words.tender.cash'), true],
          [t('day.words.tender.bank-card'), true],
          [t('day.words.tender.wallet'), true],
        ]}
        rows={figures.business.map((row) => (
          <tr key={`${row.clerk} ${row.kind}`}>
            <td className="figures">{row.clerk}</td>
            <td>{words.what(row.kind)}</td>
            <td className="figures" style={RIGHT}>
              {row.count}
            </td>
            <td className="figures" style={RIGHT}>
              {row.litres === 0 ? '' : cubicMetres(row.litres)}
            </td>
            {hasPower && (
              <td className="figures" style={RIGHT}>
                {row.wattHours === undefined ? '' : cubicMetres(row.wattHours)}
              </td>
            )}
            <Money fen={row.cashFen} />
            <Money fen={row.bankCardFen} />
            <Money fen={row.walletFen} />
          </tr>
        ))}
      />
    </>
  );
}
