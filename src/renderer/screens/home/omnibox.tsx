// One field for everything: results while typing, arrows choose, Enter opens; never opens an answer to an older text.
import { SearchOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { memo, useEffect, useRef, useState } from 'react';
import type { Outputs } from '../../../shared/contract/index.ts';
import { api, problemOf } from '../../bridge/client.ts';
import { Button } from '../../components/button.tsx';
import { Input } from '../../components/input.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { useDebounced } from '../../components/use-debounced.ts';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { isCloseCode, useOpenClose } from '../day/use-open-close.ts';
import { commandsFor, type MenuEntry } from '../tasks/menu.ts';
import { useTaskName } from '../tasks/task-menu.tsx';
import { VisitSearch } from './visit-search.tsx';

export type Hit = Outputs['accounts']['search']['hits'][number];

/** Whether a key pressed while nothing has the focus should go to the search field. */
function isTyping(event: KeyboardEvent): boolean {
  const free = event.target === document.body || (event.target instanceof HTMLElement && event.target.id === 'work');
  return free && event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
}

function HitRow(props: { readonly hit: Hit; readonly id: string; readonly selected: boolean; readonly onOpen: () => void }) {
  const { t } = useTranslation();
  const { hit } = props;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field keeps the focus and handles the keys, as the combobox pattern asks
    <div
      id={props.id}
      role="option"
      tabIndex={-1}
      aria-selected={props.selected}
      className="hit"
      data-testid="search-hit"
      onMouseDown={(event) => event.preventDefault()}
      onClick={props.onOpen}
    >
      <span className="figures">{hit.accountNo}</span>
      <strong className="clip">{hit.customerName}</strong>
      <span className="figures">{hit.phoneMasked}</span>
      <span className="clip">
        {hit.status !== 'active' && <span className="tag warn">{t(`status.${hit.status}`)}</span>} {hit.address}
      </span>
      <span className="right">
        <span className="tag">{t(`matched.${hit.matched}`)}</span>
      </span>
    </div>
  );
}

/** What is searched for is at most so long; the code of a close is longer. */
const LONGEST = 60;
const LONGEST_CODE = 64;
const SEARCH_ICON = <SearchOutlined />;

export const Omnibox = memo(function Omnibox(props: {
  readonly onOpen: (hit: Hit) => void;
  /** A task that is named instead of a customer; left out where a customer is wanted. */
  readonly onCommand?: (entry: MenuEntry) => void;
  /** Enter with nothing typed. */
  readonly onEmptyEnter?: () => void;
  readonly autoFocus: boolean;
  /** Typed already; '' unless something was scanned. */
  readonly text?: string;
}) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(props.text ?? '');
  const [chosen, setChosen] = useState(0);
  const [openWhenKnown, setOpenWhenKnown] = useState(false);
  const wanted = text.trim().slice(0, LONGEST);
  const openClose = useOpenClose();
  const asked = useDebounced(wanted, 90);
  const { data, error, isPlaceholderData } = useQuery({
    ...api.accounts.search.queryOptions({ input: { text: asked } }),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
  });
  const fresh = asked === wanted && !isPlaceholderData && data !== undefined && wanted !== '';
  const hits = wanted === '' ? [] : (data?.hits ?? []);
  const index = Math.min(chosen, Math.max(0, hits.length - 1));
  const { onOpen, onCommand } = props;
  const nameOf = useTaskName();
  const commands = onCommand === undefined ? [] : commandsFor(wanted, nameOf).slice(0, 5);
  const [command] = commands;

  useEffect(() => {
    const hit = data?.hits[index];
    if (!openWhenKnown || !fresh) return;
    setOpenWhenKnown(false);
    // A customer goes before a task of the same name: whoever wants the task presses its letter or clicks it.
    if (hit !== undefined) onOpen(hit);
    else if (command !== undefined) onCommand?.(command);
  }, [openWhenKnown, fresh, data, index, onOpen, command, onCommand]);
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      if (isTyping(event)) field.current?.focus();
    };
    window.addEventListener('keydown', focus, true);
    return () => window.removeEventListener('keydown', focus, true);
  }, []);
  useEffect(() => {
    document.getElementById(`hit-${index}`)?.scrollIntoView({ block: 'nearest' });
  }, [index]);
  useKeys({
    Escape: () => {
      if (text === '') return false;
      setText('');
    },
  });

  const press = (event: React.KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setChosen(Math.max(0, Math.min(hits.length - 1, index + step)));
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      if (wanted === '') props.onEmptyEnter?.();
      else if (isCloseCode(text)) void openClose(text);
      else if (!(fresh && hits.length === 0 && commands.length === 0)) setOpenWhenKnown(true);
    }
  };

  return (
    <search className="stack" aria-label={t('home.searchLabel')}>
      <div className="omnibox">
        <Input
          ref={field}
          size="large"
          autoFocus={props.autoFocus}
          prefix={SEARCH_ICON}
          maxLength={LONGEST_CODE}
          value={text}
          placeholder={t('home.searchPlaceholder')}
          aria-label={t('home.searchLabel')}
          role="combobox"
          aria-expanded={hits.length > 0}
          aria-controls="hits"
          aria-autocomplete="list"
          aria-activedescendant={hits.length > 0 ? `hit-${index}` : undefined}
          autoComplete="off"
          data-testid="omnibox"
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
            setOpenWhenKnown(false);
          }}
          onKeyDown={press}
        />
      </div>
      <output className="soft">
        {fresh ? `${t('home.results', { count: hits.length })}${data.more ? ` · ${t('home.more')}` : ''}` : t('home.searchHint')}
      </output>
      {error !== null && <ProblemNote problem={problemOf(error)} />}
      {commands.length > 0 && (
        <div className="row wrap" data-testid="commands">
          <span className="soft">{t('work.menu.commands')}</span>
          {commands.map((entry) => (
            <Button key={entry.id} size="small" onClick={() => onCommand?.(entry)} data-testid={`command-${entry.id}`}>
              {nameOf(entry.id)}
              {hits.length === 0 && entry === command && <Kbd>Enter</Kbd>}
            </Button>
          ))}
        </div>
      )}
      <div id="hits" role="listbox" aria-label={t('home.searchLabel')} className={hits.length > 0 ? 'hits' : ''} aria-busy={!fresh}>
        {hits.map((hit, at) => (
          <HitRow key={hit.accountId} hit={hit} id={`hit-${at}`} selected={at === index} onOpen={() => onOpen(hit)} />
        ))}
      </div>
      {fresh && hits.length === 0 && commands.length === 0 && (
        <div className="panel" data-testid="nothing-found">
          <strong>{t('home.nothingFound', { text: wanted })}</strong>
          <div>{t('home.nothingFoundHint')}</div>
          <VisitSearch text={wanted} />
        </div>
      )}
    </search>
  );
});
