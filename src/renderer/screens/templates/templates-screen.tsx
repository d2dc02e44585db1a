// The company's own templates of its papers: which there are, what is wrong with one, how it comes out, and back to the built-in one.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import type { Outputs } from '../../../shared/contract/index.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Lines, Panel, StateWord } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { useLeaveGuard } from '../shell/navigation.tsx';
import { PicturesPanel } from './pictures-panel.tsx';
import { TemplateEditor } from './template-editor.tsx';

type State = Outputs['templates']['list']['templates'][number];
const TONES = { 'built-in': 'idle', own: 'ok', broken: 'bad' } as const satisfies Record<State['state'], string>;

function TemplateList(props: {
  readonly rows: readonly State[];
  readonly selected: State['name'];
  readonly onSelect: (name: State['name']) => void;
}) {
  const { t } = useTranslation();
  return (
    <nav className="template-list" aria-label={t('templates.title')}>
      {props.rows.map(({ name, state }) => (
        <button
          key={name}
          type="button"
          className={`store-meter${name === props.selected ? ' chosen' : ''}`}
          aria-current={name === props.selected}
          data-testid={`template-${name}`}
          data-state={state}
          onClick={() => props.onSelect(name)}
        >
          <strong>{t(`templates.name.${name}`)}</strong>
          <StateWord tone={TONES[state]}>{t(`templates.state.${state}`)}</StateWord>
        </button>
      ))}
    </nav>
  );
}

export default function TemplatesScreen() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { data, error } = useQuery(api.templates.list.queryOptions({ input: {} }));
  const [selected, setSelected] = useState<State['name']>('service-form');
  /** What is typed over the template in use; null while nothing is. */
  const [typed, setTyped] = useState<string | null>(null);
  const [asked, setAsked] = useState<{ readonly go: State['name'] } | 'restore' | null>(null);
  const rows = data?.templates ?? [];
  const state = rows.find(({ name }) => name === selected);
  useLeaveGuard(typed !== null);
  const save = useMutation(
    api.templates.save.mutationOptions({
      onSuccess: (_, { text }) => {
        setTyped(null);
        void message.success(t(text === null ? 'templates.restored' : 'templates.saved'));
        return queries.invalidateQueries({ queryKey: api.templates.key() });
      },
    }),
  );
  const select = (name: State['name']): void => {
    if (name === selected) return;
    if (typed !== null) {
      setAsked({ go: name });
      return;
    }
    save.reset();
    setSelected(name);
  };
  const step = (by: number): unknown => {
    const next = rows[rows.findIndex(({ name }) => name === selected) + by];
    return next === undefined ? false : select(next.name);
  };
  const canRestore = state !== undefined && state.state !== 'built-in';
  useKeys({
    'Alt+ArrowDown': () => step(1),
    'Alt+ArrowUp': () => step(-1),
    'Alt+r': () => (canRestore ? setAsked('restore') : false),
  });
  return (
    <div className="stack-wide">
      <div className="row between">
        <h1>{t('templates.title')}</h1>
        <span className="soft">{t('templates.hint')}</span>
        <span className="grow" />
        <span className="soft">
          <Kbd>Alt ↑ ↓</Kbd>
        </span>
        {canRestore && (
          <Button size="small" data-testid="template-restore" onClick={() => setAsked('restore')}>
            {t('templates.restore')}
            <Kbd>Alt R</Kbd>
          </Button>
        )}
      </div>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {save.error !== null && <ProblemNote problem={problemOf(save.error)} />}
      {data === undefined ? (
        error === null && <Lines count={9} />
      ) : (
        <div className="template-columns">
          <div className="stack">
            <TemplateList rows={rows} selected={selected} onSelect={select} />
            <PicturesPanel pictures={data.pictures} />
          </div>
          <Panel title={t(`templates.name.${selected}`)}>
            <TemplateEditor
              key={`${selected} ${state?.state ?? ''}`}
              name={selected}
              typed={typed}
              onType={setTyped}
              saving={save.isPending}
              onSave={(text) => save.mutate({ name: selected, text })}
            />
          </Panel>
        </div>
      )}
      {asked !== null && (
        <Dialog
          title={asked === 'restore' ? t('templates.restoreTitle') : t('dialog.discard')}
          action={asked === 'restore' ? t('templates.restore') : t('topup.leave')}
          danger
          onAction={() => {
            setAsked(null);
            if (asked === 'restore') return save.mutate({ name: selected, text: null });
            setTyped(null);
            setSelected(asked.go);
          }}
          onClose={() => setAsked(null)}
        >
          <p>{asked === 'restore' ? t('templates.restoreHint') : t('templates.discardHint')}</p>
        </Dialog>
      )}
    </div>
  );
}
