// Pictures that templates may name, such as the company's mark.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { TEMPLATE_PICTURE_BYTES } from '../../../shared/contract/templates.ts';
import { api, client, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Panel } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

export function PicturesPanel({ pictures }: { readonly pictures: readonly { readonly file: string; readonly sizeBytes: number }[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [tooLarge, setTooLarge] = useState('');
  const add = useMutation({
    mutationFn: async (file: File) => client.templates.savePicture({ file: file.name, content: await base64Of(file) }),
    onSuccess: () => queries.invalidateQueries({ queryKey: api.templates.key() }),
  });
  const choose = (): void => input.current?.click();
  useKeys({ 'Alt+p': choose });
  return (
    <Panel title={t('templates.pictures')}>
      {pictures.length === 0 && <p className="soft">{t('templates.noPictures')}</p>}
      <ul className="plain-list" data-testid="template-pictures">
        {pictures.map(({ file, sizeBytes }) => (
          <li key={file} className="row between">
            <code>{file}</code>
            <span className="figures soft">{t('templates.kilobytes', { value: Math.ceil(sizeBytes / 1024) })}</span>
          </li>
        ))}
      </ul>
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg"
        className="visually-hidden"
        aria-label={t('templates.addPicture')}
        tabIndex={-1}
        data-testid="template-picture-input"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = '';
          if (file === undefined) return;
          setTooLarge(file.size > TEMPLATE_PICTURE_BYTES ? file.name : '');
          if (file.size <= TEMPLATE_PICTURE_BYTES) add.mutate(file);
        }}
      />
      <div>
        <Button size="small" loading={add.isPending} onClick={choose}>
          {t('templates.addPicture')}
          <Kbd>Alt P</Kbd>
        </Button>
      </div>
      {tooLarge !== '' && (
        <div role="alert" className="tone-bad">
          {t('templates.tooLarge', { name: tooLarge, limit: TEMPLATE_PICTURE_BYTES / 1024 })}
        </div>
      )}
      {add.error !== null && <ProblemNote problem={problemOf(add.error)} />}
    </Panel>
  );
}
