// What can be done with the card in the reader for its account, each with its letter.
import { useQuery } from '@tanstack/react-query';
import { api } from '../../bridge/client.ts';
import { useSession } from '../../bridge/session.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Panel } from '../../components/facts.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useNavigation } from '../shell/navigation.tsx';
import { hindranceOf, MENU } from '../tasks/menu.ts';
import { useTaskName } from '../tasks/task-menu.tsx';
import { useHomeBranch } from '../tasks/use-home-branch.ts';

const HERE: ReadonlySet<string> = new Set(['topup', 'issue', 'reissue', 'replace', 'correct', 'reverse', 'blacklist', 'meter']);

export function CardTasksList({ accountId }: { readonly accountId: string }) {
  const { t } = useWords();
  const { go } = useNavigation();
  const nameOf = useTaskName();
  const role = useSession()?.staff.role ?? 'it';
  const shiftOpen = useQuery(api.shift.current.queryOptions({ input: {} })).data != null;
  const account = useQuery(api.accounts.get.queryOptions({ input: { accountId } })).data ?? null;
  const isAway = useHomeBranch(accountId) !== '';
  const entries = MENU.filter(({ id }) => HERE.has(id))
    .map((entry) => ({ ...entry, hindrance: hindranceOf(entry, { role, shiftOpen, account, isAway }) }))
    .filter(({ hindrance }) => account !== null && (hindrance === null || hindrance === 'shift'));
  useKeys(
    Object.fromEntries(
      entries.map(
        ({ letter, hindrance, place }) =>
          [`Alt+${letter.toLowerCase()}`, () => (hindrance === null ? go(place(accountId)) : false)] as const,
      ),
    ),
  );
  return (
    <Panel title={t('account.actions')} testId="card-tasks">
      <div className="task-list">
        {entries.map(({ id, letter, hindrance, place }) => (
          <Button
            key={id}
            block
            size="small"
            className="task-entry"
            disabled={hindrance !== null}
            title={hindrance === null ? undefined : t(`work.menu.${hindrance}`)}
            onClick={() => go(place(accountId))}
            data-testid={`card-task-${id}`}
          >
            <span className="clip">{nameOf(id)}</span>
            <Kbd>{`Alt ${letter}`}</Kbd>
          </Button>
        ))}
      </div>
    </Panel>
  );
}
