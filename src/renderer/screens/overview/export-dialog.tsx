// Tables to take away: which, and as what. A file that was made is kept until the next one, so that a save that failed is only repeated.
import { useMutation } from '@tanstack/react-query';
import { Select } from 'antd';
import { useEffect, useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs, Outputs } from '../../../shared/contract/index.ts';
import { CLOSE_TABLES, OVERVIEW_TABLES } from '../../../shared/contract/overview.ts';
import { client, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { saveBlob } from '../../components/take-away.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { LANGUAGES } from '../../text/index.ts';
import { useTranslation } from '../../text/use-translation.tsx';

type Input = Inputs['overview']['export'];
type Subject = Input['subject'];
type Made = Outputs['overview']['export'] & { readonly content: Blob };

const TYPES = { csv: 'text/csv;charset=utf-8', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' } as const;
/** Sooner than this a person sees no waiting. */
const WAITING_MS = 300;

/** Makes the file and returns it whole. Throws what the calls throw. */
async function fileOf(input: Input): Promise<Made> {
  const made = await client.overview.export(input);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const answer: Outputs['overview']['part'] = await client.overview.part({ exportId: made.exportId, offset });
    parts.push(Uint8Array.from(atob(answer.part), (sign) => sign.charCodeAt(0)));
    offset = answer.nextOffset;
  }
  return { ...made, content: new Blob(parts, { type: TYPES[input.format] }) };
}

/** What has been made, with the way to save it once more. */
function Done({ made }: { readonly made: Made }) {
  const { t } = useTranslation();
  return (
    <output className="state-done stack" data-testid="export-done">
      <span>{t('overview.file.done', { name: made.fileName, rows: made.rows })}</span>
      <span>
        <Button size="small" onClick={() => saveBlob(made.fileName, made.content)}>
          {t('overview.file.again')}
        </Button>
      </span>
    </output>
  );
}

/** Whether something has been going on for so long that it is told. */
function useSlow(busy: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!busy) return;
    const timer = setTimeout(() => setSlow(true), WAITING_MS);
    return () => clearTimeout(timer);
  }, [busy]);
  return slow;
}

function ExportDialog({ subject, onClose }: { readonly subject: Subject; readonly onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const [format, setFormat] = useState<Input['format']>('xlsx');
  const tables = subject.kind === 'overview' ? OVERVIEW_TABLES : subject.kind === 'close' ? CLOSE_TABLES : [];
  const [table, setTable] = useState<string>(tables[0] ?? '');
  const make = useMutation({
    mutationFn: () => {
      const chosen = tables.length === 0 ? subject : ({ ...subject, table } as Subject);
      const language = LANGUAGES.find((one) => one === i18n.language) ?? 'zh-CN';
      return fileOf({ exportId: newId(), subject: chosen, format, language });
    },
    onSuccess: (made) => saveBlob(made.fileName, made.content),
  });
  const slow = useSlow(make.isPending);
  const choose = (next: Input['format']): void => {
    setFormat(next);
    make.reset();
  };
  return (
    <Dialog
      title={t('overview.file.title')}
      action={t('overview.file.save')}
      onAction={() => make.mutate()}
      onClose={onClose}
      busy={make.isPending}
      closeWord={t('common.close')}
      keys={{ 'Alt+1': () => choose('xlsx'), 'Alt+2': () => choose('csv') }}
    >
      <div className="row wrap">
        <Segmented<Input['format']>
          aria-label={t('overview.file.format')}
          value={format}
          onChange={choose}
          options={[
            { value: 'xlsx', label: <FormatName name="XLSX" hint="Alt 1" /> },
            { value: 'csv', label: <FormatName name="CSV" hint="Alt 2" /> },
          ]}
        />
        <span className="soft">{t(format === 'xlsx' ? 'overview.file.all' : 'overview.file.one')}</span>
      </div>
      {format === 'csv' && tables.length > 0 && (
        <div className="row">
          <span>{t('overview.file.which')}</span>
          <Select
            value={table}
            onChange={(next: string) => {
              setTable(next);
              make.reset();
            }}
            style={{ minWidth: 240 }}
            aria-label={t('overview.file.which')}
            options={tables.map((value) => ({ value, label: t(`overview.file.words.${value}`) }))}
          />
        </div>
      )}
      {slow && <output>{t('overview.file.making')}</output>}
      {make.error !== null && <ProblemNote problem={problemOf(make.error)} />}
      {make.data !== undefined && <Done made={make.data} />}
    </Dialog>
  );
}

function FormatName({ name, hint }: { readonly name: string; readonly hint: string }) {
  return (
    <span>
      {name}
      <Kbd>{hint}</Kbd>
    </span>
  );
}

/** A button that offers the tables, on Alt and its letter. */
export function ExportButton({ subject, letter = 'E' }: { readonly subject: Subject; readonly letter?: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  useKeys({ [`Alt+${letter.toLowerCase()}`]: () => setOpen(true) });
  return (
    <>
      <Button onClick={() => setOpen(true)} data-testid="export">
        {t('overview.export')}
        <Kbd>{`Alt ${letter}`}</Kbd>
      </Button>
      {open && <ExportDialog subject={subject} onClose={() => setOpen(false)} />}
    </>
  );
}
