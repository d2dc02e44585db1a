// A paper before it is printed: its pages as they will come out, printing and saving, and the language the customer reads.
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { v7 as newId } from 'uuid';
import { api, client, problemOf } from '../../bridge/client.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Lines, StateWord } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { saveBlob } from '../../components/take-away.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../../text/index.ts';
import { type Paper, type PaperSubject, pdfOf, printPages, sheetsOf } from './paper.ts';
import { PaperSheet, type Sheet } from './paper-sheet.tsx';

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

/** All pages beside the screen, drawn but not shown, for the printer alone, which is asked as soon as they stand. */
function PrintArea({ sheets, onDone }: { readonly sheets: readonly Sheet[]; readonly onDone: () => void }) {
  const done = useRef(onDone);
  useEffect(() => {
    const [first] = sheets;
    void printPages(first !== undefined && first.widthPt > first.heightPt).finally(() => done.current());
  }, [sheets]);
  return createPortal(
    <div className="paper-print" aria-hidden="true">
      {sheets.map((sheet, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pages are named by their place
        <PaperSheet key={at} sheet={sheet} label="" />
      ))}
    </div>,
    document.body,
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
  const [printing, setPrinting] = useState<readonly Sheet[] | null>(null);
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
  const print = useMutation({ mutationFn: sheetsOf, onSuccess: setPrinting });
  const turn = (by: number): unknown => {
    const next = page + by;
    return paper === undefined || next < 1 || next > paper.pages ? false : setPage(next);
  };
  const choose = (language: Language) => (): void => {
    setPage(1);
    setChosen(language);
  };
  const doPrint = (): void => {
    if (paper !== undefined && !print.isPending && printing === null) print.mutate(paper);
  };
  const doSave = (): unknown => (paper === undefined || save.isPending ? false : save.mutate(paper));
  const error = made.error ?? save.error ?? print.error;
  return (
    <Dialog
      title={paper?.title ?? t('paper.title')}
      action={t('paper.print')}
      onAction={doPrint}
      onClose={onClose}
      busy={print.isPending}
      waiting={paper === undefined}
      closeWord={t('common.close')}
      width={760}
      keys={{
        PageDown: () => turn(1),
        PageUp: () => turn(-1),
        ArrowDown: () => document.querySelector('.paper-view')?.scrollBy({ top: LINE_PX }),
        ArrowUp: () => document.querySelector('.paper-view')?.scrollBy({ top: -LINE_PX }),
        'Alt+s': doSave,
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
      {printing !== null && <PrintArea sheets={printing} onDone={() => setPrinting(null)} />}
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
