// The demo cards: where each lies, what is wrong with it, and what a hand can do with it.
import { Select } from 'antd';
import { useState } from 'react';
import type { Commodity } from '../../../shared/domain/commodity.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Input } from '../../components/input.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { type Act, type Hall, useMeterResult } from './acts.ts';
import { placeOf } from './place.ts';

const SHOWN = 40;
const FLAWS = ['blank', 'foreign-region', 'other-layout', 'damaged', 'locked', 'last-attempt', 'tool'] as const;

export function BenchCards({ hall, act }: { readonly hall: Hall; readonly act: Act }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState('');
  const [hung, setHung] = useState('');
  const spares = hall.meters.filter(({ accountNo }) => accountNo === '');
  const meterNo = spares.some((meter) => meter.meterNo === hung) ? hung : '';
  const wanted = filter.trim().toLowerCase();
  const places = new Map(hall.cards.map((card) => [card.cardNo, placeOf(card.place)]));
  const inReader = hall.cards.find((card) => places.get(card.cardNo)?.kind === 'slot');
  const at = inReader === undefined ? undefined : places.get(inReader.cardNo);
  const slot = at?.kind === 'slot' ? at.slot : 1;
  const shown = hall.cards
    .filter((card) => wanted === '' || `${card.cardNo} ${card.customerName} ${card.accountNo} ${card.flaw}`.toLowerCase().includes(wanted))
    .sort((left, right) => Number(right.cardNo === inReader?.cardNo) - Number(left.cardNo === inReader?.cardNo))
    .slice(0, SHOWN);
  const insert = (cardNo: string): void => {
    if (inReader === undefined) act({ act: 'insert', slot, cardNo });
    else act({ act: 'remove', slot }, { act: 'insert', slot, cardNo });
  };
  const commodityOfCard = (cardNo: string): Commodity => hall.meters.find((meter) => meter.cardNo === cardNo)?.commodity ?? 'gas';
  const word = (place: string): string => {
    const known = placeOf(place);
    if (known.kind === 'slot') return t('hall.placeSlot', { slot: known.slot });
    return t(known.kind === 'meter' ? 'hall.placeMeter' : 'hall.placeHand');
  };
  return (
    <div className="stack">
      <div className="row">
        <Input
          size="small"
          aria-label={t('hall.filter')}
          placeholder={t('hall.filter')}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <Button size="small" disabled={inReader === undefined} onClick={() => act({ act: 'remove', slot })} data-testid="card-remove">
          {t('hall.remove')}
        </Button>
      </div>
      {spares.length > 0 && (
        <Select
          size="small"
          aria-label={t('hall.whichMeter')}
          value={meterNo}
          onChange={setHung}
          options={[
            { value: '', label: t('hall.ownMeter') },
            ...spares.map((meter) => ({ value: meter.meterNo, label: t('hall.hangUp', { meter: meter.meterNo, layout: meter.layoutId }) })),
          ]}
          data-testid="bench-meter"
        />
      )}
      <ul className="stack bench-list" aria-label={t('hall.cardList')}>
        {shown.map((card) => {
          const here = card.cardNo === inReader?.cardNo;
          const flaw = FLAWS.find((one) => one === card.flaw);
          return (
            <li
              key={card.cardNo}
              className={here ? 'bench-card here' : 'bench-card'}
              data-testid="bench-card"
              data-card={card.cardNo}
              data-flaw={card.flaw}
            >
              <div className="row between">
                <span className="clip">
                  <span className="figures">{card.cardNo}</span> {card.customerName}
                </span>
                {card.flaw !== '' && <span className="tag warn">{flaw === undefined ? t('common.unknown') : t(`flaw.${flaw}`)}</span>}
              </div>
              <div className="row between wrap">
                <span className={here ? '' : 'soft'}>{word(card.place)}</span>
                <span className="row" style={{ gap: 4 }}>
                  {!here && (
                    <Button
                      size="small"
                      aria-label={`${t(inReader === undefined ? 'hall.insert' : 'hall.swap')} ${card.cardNo}`}
                      onClick={() => insert(card.cardNo)}
                      data-testid={`insert-${card.cardNo}`}
                    >
                      {t(inReader === undefined ? 'hall.insert' : 'hall.swap')}
                    </Button>
                  )}
                  {card.accountNo !== '' && !here && (
                    <>
                      <Button
                        size="small"
                        aria-label={`${t('hall.toMeter')} ${card.cardNo}`}
                        onClick={() => act({ act: 'meter-takes-card', cardNo: card.cardNo, ...(meterNo === '' ? {} : { meterNo }) })}
                        data-testid={`meter-${card.cardNo}`}
                      >
                        {t('hall.toMeter')}
                      </Button>
                      <Burn cardNo={card.cardNo} commodity={commodityOfCard(card.cardNo)} act={act} />
                    </>
                  )}
                </span>
              </div>
              {card.flaw === 'tool' && !here && <ToolAtMeter cardNo={card.cardNo} meters={hall.meters} act={act} />}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** A technician gives a maker's tool card to a meter: it is nobody's, so the meter is named. Below, what that meter did with it. */
function ToolAtMeter(props: { readonly cardNo: string; readonly meters: Hall['meters']; readonly act: Act }) {
  const { t } = useTranslation();
  const { cardNo, meters, act } = props;
  const [chosen, setChosen] = useState('');
  const [given, setGiven] = useState(false);
  const meter = meters.find(({ meterNo }) => meterNo === chosen) ?? meters[0];
  const result = useMeterResult(meter);
  if (meter === undefined) return null;
  return (
    <>
      <div className="row between">
        <Select
          size="small"
          className="grow"
          showSearch
          aria-label={`${t('hall.whichMeter')} ${cardNo}`}
          value={meter.meterNo}
          onChange={(meterNo) => {
            setGiven(false);
            setChosen(meterNo);
          }}
          options={meters.map(({ meterNo }) => ({ value: meterNo, label: meterNo }))}
          data-testid={`tool-meter-${cardNo}`}
        />
        <Button
          size="small"
          aria-label={`${t('hall.toMeter')} ${cardNo}`}
          onClick={() => {
            setGiven(true);
            act({ act: 'meter-takes-card', cardNo, meterNo: meter.meterNo });
          }}
          data-testid={`meter-${cardNo}`}
        >
          {t('hall.toMeter')}
        </Button>
      </div>
      {given && (
        <output className={meter.lastResult === 'tool-done' ? 'tone-ok' : 'tone-warn'} data-testid={`tool-result-${cardNo}`}>
          {result}
        </output>
      )}
    </>
  );
}

/** The customer uses ten units of what the card bought. */
function Burn({ cardNo, commodity, act }: { readonly cardNo: string; readonly commodity: Commodity; readonly act: Act }) {
  const { t } = useWords(commodity);
  return (
    <Button size="small" aria-label={`${t('hall.burn')} ${cardNo}`} onClick={() => act({ act: 'meter-uses', cardNo, litres: 10_000 })}>
      {t('hall.burn')}
    </Button>
  );
}
