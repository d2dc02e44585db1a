// One template's text, checked while it is typed, beside the page it makes.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import TextArea from 'antd/es/input/TextArea';
import { useEffect, useState } from 'react';
import type { Inputs } from '../../../shared/contract/index.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Lines, StateWord } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../../text/index.ts';
import { useTranslation } from '../../text/use-translation.tsx';
import { PaperSheet } from '../paper/paper-sheet.tsx';
import { ReceiptPreview } from './receipt-preview.tsx';

type Name = Inputs['templates']['get']['name'];
type PaperName = Inputs['templates']['preview']['name'];

/** The page is made again when the typing has rested so long, ms. */
const REST_MS = 400;

/** Returns the text as it was when it last rested. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

function Fields({ name }: { readonly name: Name }) {
  const { t } = useTranslation();
  const { data } = useQuery(api.templates.get.queryOptions({ input: { name } }));
  if (data === undefined) return <Lines />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className="template-fields soft" aria-label={t('templates.fields')} tabIndex={0} data-testid="template-fields">
      <div>
        {t('templates.facts')}{' '}
        <code>
          {Object.keys(data.facts)
            .map((fact) => `{{${fact}}}`)
            .join(' ')}
        </code>
      </div>
      {Object.entries(data.lists).map(([list, columns]) => (
        <div key={list}>
          {t('templates.list', { list })} <code>{Object.keys(columns).join(' ')}</code>
        </div>
      ))}
    </section>
  );
}

function Preview(props: { readonly name: PaperName; readonly text: string; readonly language: Language }) {
  const { t } = useTranslation();
  const { data, error, isFetching } = useQuery({
    ...api.templates.preview.queryOptions({ input: props }),
    // The last sound page stays in sight while a part of the text is half typed.
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  if (data === undefined) return error === null ? <Lines count={12} /> : <p className="soft">{t('templates.noPreview')}</p>;
  return (
    <div className="stack" aria-busy={isFetching}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className="paper-view template-paper" aria-label={t('templates.preview')} tabIndex={0}>
        <PaperSheet sheet={data.sheet} label={t('templates.preview')} />
      </section>
      <span className="soft">
        {t('paper.page', { page: 1, pages: data.pages })} · {t('paper.copies', { count: data.copies })}
      </span>
    </div>
  );
}

export function TemplateEditor(props: {
  readonly name: Name;
  readonly typed: string | null;
  readonly onType: (text: string | null) => void;
  readonly saving: boolean;
  readonly onSave: (text: string) => void;
}) {
  const { t, i18n } = useTranslation();
  const { name, typed } = props;
  const [language, setLanguage] = useState<Language>(i18n.language as Language);
  const [fields, setFields] = useState(false);
  const { data: kept, error } = useQuery(api.templates.get.queryOptions({ input: { name } }));
  const inUse = kept === undefined ? '' : (kept.own ?? kept.builtIn);
  const text = typed ?? inUse;
  const rested = useRested(text);
  const { data: checked } = useQuery({
    ...api.templates.check.queryOptions({ input: { name, text: rested } }),
    enabled: rested !== '',
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const problem = checked?.problem ?? null;
  const save = (): unknown => (typed === null || props.saving ? false : props.onSave(typed));
  useKeys({
    'Ctrl+s': save,
    'Alt+f': () => setFields((open) => !open),
    'Alt+e': () => document.getElementById('template-text')?.focus(),
    ...(name === 'receipt' ? {} : Object.fromEntries(LANGUAGES.map((one, at) => [`Alt+${at + 1}`, () => setLanguage(one)]))),
  });
  if (error !== null) return <ProblemNote problem={problemOf(error)} />;
  if (kept === undefined) return <Lines count={12} />;
  return (
    <div className="template-editor">
      <div className="stack">
        <div className="row between">
          <label htmlFor="template-text">
            {t('templates.text')} <Kbd>Alt E</Kbd>
          </label>
          <Button size="small" aria-expanded={fields} onClick={() => setFields(!fields)}>
            {t('templates.fields')}
            <Kbd>Alt F</Kbd>
          </Button>
        </div>
        {fields && <Fields name={name} />}
        <TextArea
          id="template-text"
          className="template-text"
          spellCheck={false}
          autoComplete="off"
          maxLength={60_000}
          value={text}
          status={problem === null ? '' : 'error'}
          aria-describedby="template-problem"
          data-testid="template-text"
          onChange={(event) => props.onType(event.target.value === inUse ? null : event.target.value)}
        />
        <div className="row between">
          <output id="template-problem" data-testid="template-problem" data-problem={problem?.problem ?? ''}>
            {problem === null ? (
              <StateWord tone="ok">{t('templates.sound')}</StateWord>
            ) : (
              <StateWord tone="bad">{`${t(`templates.problem.${problem.problem}`, problem)}${problem.where === '' ? '' : ` (${problem.where})`}`}</StateWord>
            )}
          </output>
          <Button
            type="primary"
            disabled={typed === null || problem !== null}
            loading={props.saving}
            data-testid="template-save"
            onClick={save}
          >
            {t('templates.save')}
            <Kbd>Ctrl S</Kbd>
          </Button>
        </div>
      </div>
      {name === 'receipt' ? (
        rested !== '' && <ReceiptPreview text={rested} />
      ) : (
        <div className="stack">
          <span className="row">
            {LANGUAGES.map((one, at) => (
              <Button key={one} size="small" type={one === language ? 'primary' : 'default'} onClick={() => setLanguage(one)}>
                {LANGUAGE_NAMES[one]}
                <Kbd>{`Alt ${at + 1}`}</Kbd>
              </Button>
            ))}
          </span>
          {rested !== '' && <Preview name={name} text={rested} language={language} />}
        </div>
      )}
    </div>
  );
}
