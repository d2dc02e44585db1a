// The task menu (F8): a letter starts a task for the customer in front, or asks for one first.
import { useQuery } from '@tanstack/react-query';
import { Modal } from 'antd';
import type { TicketKind } from '../../../shared/domain/queue.ts';
import { useCard } from '../../bridge/card.ts';
import { api } from '../../bridge/client.ts';
import { useSession } from '../../bridge/session.ts';
import { Kbd, type KeyMap, useKeys } from '../../keys/keys.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import { type Hindrance, hindranceOf, MENU, type MenuEntry, PROPOSED } from './menu.ts';
import { useHomeBranch } from './use-home-branch.ts';

/** Returns the name of a task in the language of the screen; the id where a task has none, which a test forbids. */
export function useTaskName(): (id: string) => string {
  const { i18n } = useTranslation();
  return (id) => (i18n.exists(`task.${id}`) ? String((i18n.t as (key: string) => unknown)(`task.${id}`)) : id);
}

/** What stands in front of a task now: the person, the shift, and the account in front or in the reader. */
export function useTaskNow() {
  const session = useSession();
  const { accountId, customerInFront } = useNavigation();
  const { view } = useCard();
  const wanted = accountId !== '' || customerInFront ? accountId : (view?.accountId ?? '');
  const shift = useQuery(api.shift.current.queryOptions({ input: {} })).data;
  const account = useQuery({ ...api.accounts.get.queryOptions({ input: { accountId: wanted } }), enabled: wanted !== '' }).data ?? null;
  const isAway = useHomeBranch(wanted) !== '';
  return { role: session?.staff.role ?? 'it', shiftOpen: shift != null, account, accountId: wanted, isAway } as const;
}

/** Returns how an entry is started: at once for the account in front, else after asking for one. */
export function useStartTask(): (entry: MenuEntry, accountId: string) => void {
  const { go } = useNavigation();
  return (entry, accountId) => go(accountId === '' && entry.needsAccount ? { screen: 'home', taskId: entry.id } : entry.place(accountId));
}

export function TaskMenu({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const nameOf = useTaskName();
  const start = useStartTask();
  const now = useTaskNow();
  const ticket = useQuery(api.queue.state.queryOptions({ input: {} })).data?.current ?? null;
  const proposed = ticket === null ? [] : (PROPOSED[ticket.ticketKind as TicketKind] ?? []);
  const words: Readonly<Record<Hindrance, string>> = {
    role: t('work.menu.role'),
    away: t('work.menu.away'),
    shift: t('work.menu.shift'),
    status: t('work.menu.status'),
    misfit: t('work.menu.misfit'),
  };
  const rows = MENU.map((entry) => ({ entry, hindrance: hindranceOf(entry, now) }));
  const pick = (entry: MenuEntry): void => {
    onClose();
    start(entry, now.accountId);
  };
  const keys: Record<string, KeyMap[string]> = { F8: onClose, Escape: onClose };
  for (const { entry, hindrance } of rows) {
    if (hindrance === null) keys[entry.letter.toLowerCase()] = () => pick(entry);
  }
  useKeys(keys, { blocking: true });
  const first =
    rows.find(({ hindrance, entry }) => hindrance === null && proposed.includes(entry.id)) ??
    rows.find(({ hindrance }) => hindrance === null);
  return (
    <Modal open title={t('work.menu.title')} onCancel={onClose} footer={null} width={760} destroyOnHidden>
      <div className="stack" data-testid="task-menu">
        <p className="soft">
          {now.account === null
            ? t('work.menu.noCustomer')
            : t('work.menu.forCustomer', { name: now.account.customerName, no: now.account.accountNo })}
          {' · '}
          {t('work.menu.hint')}
        </p>
        <ul className="task-grid">
          {rows.map(({ entry, hindrance }) => (
            <li key={entry.id}>
              <button
                type="button"
                className="task-entry"
                disabled={hindrance !== null}
                // biome-ignore lint/a11y/noAutofocus: a dialog that was just opened by a key
                autoFocus={entry === first?.entry}
                data-testid={`task-${entry.id}`}
                onClick={() => pick(entry)}
              >
                <Kbd>{entry.letter}</Kbd>
                <span className="grow">
                  {nameOf(entry.id)}
                  {proposed.includes(entry.id) && <span className="tag"> {ticket?.ticketNo}</span>}
                  {hindrance !== null && <span className="task-why">{words[hindrance]}</span>}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Modal>
  );
}
