// Notes of an account and the files attached to it.
import { useQuery } from '@tanstack/react-query';
import { App } from 'antd';
import TextArea from 'antd/es/input/TextArea';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import type { Inputs } from '../../../shared/contract/index.ts';
import { api, client } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Lines, Panel } from '../../components/facts.tsx';
import { fieldId, refusalOf, wrong } from '../../components/field.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { dateTime } from '../../format/format.ts';
import { Kbd } from '../../keys/keys.tsx';
import { useDraft, useLeaveGuard } from '../shell/navigation.tsx';
import type { TaskProps } from '../tasks/task.ts';
import { AttachmentList, DropZone } from './attachments.tsx';
import { useForm } from './use-form.ts';

interface Typed {
  readonly noteId: string;
  readonly text: string;
}
const fresh = (): Typed => ({ noteId: newId(), text: '' });

export default function NotesScreen({ accountId }: TaskProps) {
  const { t } = useWords();
  const { message } = App.useApp();
  const { data: account } = useQuery(api.accounts.get.queryOptions({ input: { accountId } }));
  const [typed, setTyped] = useState(fresh);
  const form = useForm(
    (input: Inputs['accounts']['addNote']) => client.accounts.addNote(input),
    () => {
      setTyped(fresh());
      void message.success(t('people.saved'));
    },
  );
  const dirty = typed.text.trim() !== '';
  useLeaveGuard(dirty);
  useDraft<Typed>({ taskId: 'notes', accountId }, dirty ? typed : null, setTyped);
  const save = (): void =>
    form.submit(dirty ? null : wrong('text', 'empty'), () => ({ accountId, noteId: typed.noteId, text: typed.text.trim() }));
  const refusal = refusalOf(form.problem, 'text');
  if (account === undefined) return <Lines count={5} />;
  return (
    <div className="stack-wide">
      <h1>{t('task.notes')}</h1>
      <div className="two-columns">
        <Panel title={t('people.notes')}>
          <label htmlFor={fieldId('text')}>{t('people.noteText')}</label>
          <TextArea
            id={fieldId('text')}
            autoFocus
            rows={4}
            maxLength={2_000}
            value={typed.text}
            status={refusal === null ? '' : 'error'}
            data-testid="note-text"
            onChange={(event) => {
              form.touched();
              setTyped({ ...typed, text: event.target.value });
            }}
            onKeyDown={(event) => {
              // Enter alone is a new line here.
              if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
              event.preventDefault();
              save();
            }}
          />
          {refusal !== null && (
            <div role="alert" className="tone-bad">
              {t(`fieldReason.${refusal}`)}
            </div>
          )}
          {form.problem !== null && refusal === null && <ProblemNote problem={form.problem} />}
          <div className="row between">
            <span />
            <Button type="primary" loading={form.isPending} onClick={save} data-testid="save">
              {t('people.noteSave')}
              <Kbd>Ctrl Enter</Kbd>
            </Button>
          </div>
          {account.notes.length === 0 && <p className="soft">{t('people.noNotes')}</p>}
          <ul className="stack" data-testid="notes">
            {account.notes.map((note) => (
              <li key={note.noteId}>
                <div className="pre-line">{note.text}</div>
                <div className="soft figures">
                  {note.clerk} · {dateTime(note.addedAtMs)}
                </div>
              </li>
            ))}
          </ul>
        </Panel>
        <Panel title={t('people.attachments')}>
          <DropZone accountId={accountId} />
          <AttachmentList attachments={account.attachments} />
        </Panel>
      </div>
    </div>
  );
}
