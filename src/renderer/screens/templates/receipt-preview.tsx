// A made-up receipt by the template that is being typed, exactly as a printer prints it, for each kind of receipt and both widths of paper.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { RECEIPT_KINDS } from '../../../shared/contract/templates.ts';
import { api } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Lines } from '../../components/facts.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { ReceiptPicture } from '../../paper/receipt-picture.tsx';
import { useTranslation } from '../../text/use-translation.tsx';

/** Columns of 80 mm and of 58 mm paper, each with the width of its picture, px. */
const WIDTHS = [
  { columns: 48, mm: 80, px: 400 },
  { columns: 32, mm: 58, px: 290 },
] as const;

export function ReceiptPreview({ text }: { readonly text: string }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<(typeof RECEIPT_KINDS)[number]>('topup');
  const [width, setWidth] = useState<(typeof WIDTHS)[number]>(WIDTHS[0]);
  const input = { text, kind, columns: width.columns };
  const { data, error, isFetching } = useQuery({
    ...api.templates.previewReceipt.queryOptions({ input }),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  const other = WIDTHS.find((one) => one !== width) ?? WIDTHS[0];
  useKeys({
    ...Object.fromEntries(RECEIPT_KINDS.map((one, at) => [`Alt+${at + 1}`, () => setKind(one)])),
    'Alt+w': () => setWidth(other),
  });
  return (
    <div className="stack" aria-busy={isFetching}>
      <span className="row wrap">
        {RECEIPT_KINDS.map((one, at) => (
          <Button key={one} size="small" type={one === kind ? 'primary' : 'default'} onClick={() => setKind(one)}>
            {t(`templates.receipt.${one}`)}
            <Kbd>{`Alt ${at + 1}`}</Kbd>
          </Button>
        ))}
        <Button size="small" onClick={() => setWidth(other)}>
          {t('templates.receipt.width', { mm: other.mm })}
          <Kbd>Alt W</Kbd>
        </Button>
      </span>
      {data === undefined ? (
        error === null ? (
          <Lines count={12} />
        ) : (
          <p className="soft">{t('templates.noPreview')}</p>
        )
      ) : (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
          <section className="paper-view template-paper" aria-label={t('templates.preview')} tabIndex={0}>
            <ReceiptPicture svg={data.svg} label={t('templates.preview')} widthPx={width.px} testId="receipt-template-preview" />
          </section>
          <span className="soft">{t('paper.copies', { count: data.copies })}</span>
        </>
      )}
    </div>
  );
}
