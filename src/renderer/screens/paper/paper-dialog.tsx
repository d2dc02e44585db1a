// A paper before it is printed: its pages as they will come out, printing and saving, and the language the customer reads.
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { v7 as newId } from 'uuid';
import { api, client, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Lines, StateWord } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { saveBlob } from '../../components/take-away.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../../text/index.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { Answers, Fate } from '../prints/fate.tsx';
import { isToBeAsked } from '../prints/print-page.ts';
import { type Answer, usePrinting } from '../prints/use-printing.tsx';
import { type Paper, type PaperSubject, pdfOf } from './paper.ts';
import { PaperSheet } from './paper-sheet.tsx';

/** An arrow key moves the page by so much. */
const LINE_PX = 80;

/** What is not as it should be with the paper, in words. */
function Notes({ paper }: { readonly paper: Paper }) {
  const { t } = useTranslation();
  return (
    <>
      {paper.warnings.map(({ template, problem, where, what }) => (
        <div key={template} role="status" data-testid="paper-warning">
          <StateWord tone="warn">{t('paper.template')}</StateWord>{' '}
          <span className="soft">
            {t(`templates.problem.${problem}`, { what })}
            {where === '' ? '' : ` (${where})`}
          </span>
        </div>
      ))}
      {paper.missing.length > 0 && (
        <div role="status" data-testid="paper-missing">
          <StateWord tone="warn">{t('paper.missing')}</StateWord>{' '}
          <span className="figures">{paper.missing.map(({ character, codePoint }) => `${character} ${codePoint}`).join('　')}</span>
        </div>
      )}
    </>
  );
}

function Page({ paper, page }: { readonly paper: Paper; readonly page: number }) {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    ...api.paper.sheet.queryOptions({ input: { paperId: paper.paperId, page } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error !== null) return <ProblemNote problem={problemOf(error)} />;
  if (data === undefined) return <Lines count={10} />;
  return <PaperSheet sheet={data} label={t('paper.page', { page, pages: paper.pages })} />;
}

/** The dialog. It makes the paper when it opens, in the language of the branch until another is chosen. */
export function PaperDialog({ subject, onClose }: { readonly subject: PaperSubject; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Language | null>(null);
  const [page, setPage] = useState(1);
  const printing = usePrinting();
  const made = useQuery({
    queryKey: ['paper', JSON.stringify(subject), chosen],
    queryFn: ({ signal }) => client.paper.make({ paperId: newId(), subject, language: chosen ?? undefined }, { signal }),
    // A paper says what is true when it is opened.
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const paper = made.data;
  const save = useMutation({ mutationFn: async (one: Paper) => saveBlob(one.fileName, await pdfOf(one)) });
  const { job } = printing;
  const isAsked = job !== null && isToBeAsked(job) && !printing.isPending;
  const answer = (said: Answer) => (): unknown => (isAsked && job !== null ? printing.confirm(job.jobId, said) : false);
  const turn = (by: number): unknown => {
    const next = page + by;
    return paper === undefined || next < 1 || next > paper.pages ? false : setPage(next);
  };
  const choose = (language: Language) => (): void => {
    setPage(1);
    setChosen(language);
  };
  /** Enter takes the next step: print, print what did not come out, or say that it did. */
  const doPrint = (): void => {
    if (paper === undefined || printing.isPending) return;
    if (isAsked) answer('yes')();
    else if (job?.state === 'not-printed') printing.start(() => client.prints.retry({ jobId: job.jobId }));
    else if (job?.state !== 'queued' && job?.state !== 'handed')
      printing.start(() => client.prints.send({ jobId: newId(), paperId: paper.paperId }));
  };
  const doSave = (): unknown => (paper === undefined || save.isPending ? false : save.mutate(paper));
  const error = made.error ?? save.error;
  return (
    <Dialog
      title={paper?.title ?? t('paper.title')}
      action={t(isAsked ? 'prints.ask.yes' : 'paper.print')}
      onAction={doPrint}
      onClose={onClose}
      busy={printing.isPending}
      waiting={paper === undefined}
      closeWord={t('common.close')}
      width={760}
      keys={{
        PageDown: () => turn(1),
        PageUp: () => turn(-1),
        ArrowDown: () => document.querySelector('.paper-view')?.scrollBy({ top: LINE_PX }),
        ArrowUp: () => document.querySelector('.paper-view')?.scrollBy({ top: -LINE_PX }),
        'Alt+s': doSave,
        'Alt+n': answer('no'),
        'Alt+r': answer('again'),
        ...Object.fromEntries(LANGUAGES.map((language, at) => [`Alt+${at + 1}`, choose(language)])),
      }}
    >
      <div className="row between wrap">
        <span className="row">
          {LANGUAGES.map((language, at) => (
            <Button key={language} size="small" type={language === chosen ? 'primary' : 'default'} onClick={choose(language)}>
              {LANGUAGE_NAMES[language]}
              <Kbd>{`Alt ${at + 1}`}</Kbd>
            </Button>
          ))}
        </span>
        <Button size="small" disabled={paper === undefined} loading={save.isPending} onClick={() => doSave()} data-testid="paper-save">
          {t('paper.save')}
          <Kbd>Alt S</Kbd>
        </Button>
      </div>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {paper === undefined && error === null && <Lines count={12} />}
      {paper !== undefined && (
        <>
          <Notes paper={paper} />
          <div className="paper-view">
            <Page key={`${paper.paperId} ${page}`} paper={paper} page={page} />
          </div>
          <div className="row between">
            <span className="soft">{paper.copies > 1 ? t('paper.copies', { count: paper.copies }) : ''}</span>
            {printing.area}
            {paper.pages > 1 && (
              <span className="row">
                <Button size="small" disabled={page === 1} onClick={() => turn(-1)}>
                  <Kbd>PgUp</Kbd>
                </Button>
                <span className="figures">{t('paper.page', { page, pages: paper.pages })}</span>
                <Button size="small" disabled={page === paper.pages} onClick={() => turn(1)}>
                  <Kbd>PgDn</Kbd>
                </Button>
              </span>
            )}
          </div>
        </>
      )}
      {job !== null && !printing.isPending && (
        <div className="row between wrap" role="status" data-testid="paper-fate">
          <Fate state={job.state} copyNo={job.copyNo} />
          {isAsked && <strong>{t('prints.ask.title')}</strong>}
          {isAsked && <Answers mayRepeat onAnswer={(said) => answer(said)()} />}
        </div>
      )}
      {printing.problem !== null && <ProblemNote problem={printing.problem} />}
    </Dialog>
  );
}

/** A button that opens the paper, on Alt and its letter. */
export function PaperButton(props: { readonly subject: PaperSubject; readonly word: string; readonly letter: string }) {
  const [open, setOpen] = useState(false);
  useKeys({ [`Alt+${props.letter.toLowerCase()}`]: () => setOpen(true) });
  return (
    <>
      <Button onClick={() => setOpen(true)} data-testid="open-paper">
        {props.word}
        <Kbd>{`Alt ${props.letter}`}</Kbd>
      </Button>
      {open && <PaperDialog subject={props.subject} onClose={() => setOpen(false)} />}
    </>
  );
}
