// Files attached to an account: the list, and the place where new ones are dropped.
import { PaperClipOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { problemOf } from '../../bridge/client.ts';
import { useWords } from '../../components/commodity.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { saveBlob } from '../../components/take-away.ts';
import { dateTime } from '../../format/format.ts';
import { useKeys } from '../../keys/keys.tsx';
import type { Account } from './account.ts';
import { downloadFile, isTooLarge, uploadFile } from './upload.ts';

export function AttachmentList({ attachments }: { readonly attachments: Account['attachments'] }) {
  const { t } = useWords();
  const open = useMutation({
    mutationFn: async (one: Account['attachments'][number]) => saveBlob(one.name, await downloadFile(one.attachmentId)),
  });
  if (attachments.length === 0) return <p className="soft">{t('people.noAttachments')}</p>;
  return (
    <>
      <ul className="stack" data-testid="attachments">
        {attachments.map((one) => (
          <li key={one.attachmentId} className="row wrap">
            <PaperClipOutlined />
            <button type="button" className="link-button" disabled={open.isPending} onClick={() => open.mutate(one)}>
              {one.name}
            </button>
            <span className="soft figures">
              {one.clerk} · {dateTime(one.addedAtMs)}
            </span>
          </li>
        ))}
      </ul>
      {open.error !== null && <ProblemNote problem={problemOf(open.error)} />}
    </>
  );
}

export function DropZone({ accountId, requestId = '' }: { readonly accountId: string; readonly requestId?: string }) {
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [now, setNow] = useState<{ readonly name: string; readonly percent: number } | null>(null);
  const [tooLarge, setTooLarge] = useState('');
  const upload = useMutation({
    mutationFn: async (files: readonly File[]) => {
      for (const file of files) {
        const show = (share: number): void => setNow({ name: file.name, percent: Math.round(share * 100) });
        show(0);
        await uploadFile({ accountId, requestId, file, progress: show });
      }
    },
    onSettled: () => setNow(null),
  });
  const take = (files: readonly File[]): void => {
    setTooLarge(files.find(isTooLarge)?.name ?? '');
    const fitting = files.filter((file) => !isTooLarge(file));
    if (fitting.length > 0 && !upload.isPending) upload.mutate(fitting);
  };
  useKeys({ 'Alt+f': () => input.current?.click() });
  return (
    <section
      className={over ? 'drop-zone over' : 'drop-zone'}
      aria-label={t('people.dropZone')}
      data-testid="drop-zone"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take([...event.dataTransfer.files]);
      }}
    >
      <label>
        {t('people.drop', { key: 'Alt F' })}
        <input
          ref={input}
          type="file"
          multiple
          accept="image/jpeg,image/png,image/webp,application/pdf"
          className="visually-hidden"
          data-testid="file-input"
          onChange={(event) => {
            take([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
      </label>
      <div className="soft">{t('people.dropTypes')}</div>
      {now !== null && <output>{t('people.uploading', now)}</output>}
      {tooLarge !== '' && (
        <div role="alert" className="tone-bad">
          {t('people.tooLarge', { name: tooLarge })}
        </div>
      )}
      {upload.error !== null && <ProblemNote problem={problemOf(upload.error)} />}
    </section>
  );
}
