// Everything that can be done for the account, each with its letter; Alt and the letter starts it.
import { memo } from 'react';
import { useSession } from '../../bridge/session.ts';
import { Button } from '../../components/button.tsx';
import { useWords } from '../../components/commodity.tsx';
import { Kbd, useKeys } from '../../keys/keys.tsx';
import { useMoves } from '../shell/navigation.tsx';
import { hindranceOf, MENU } from '../tasks/menu.ts';
import { useHomeBranch } from '../tasks/use-home-branch.ts';
import type { Account } from './account.ts';

export const TaskButtons = memo(function TaskButtons({ account, shiftOpen }: { readonly account: Account; readonly shiftOpen: boolean }) {
  const { t } = useWords();
  const { go } = useMoves();
  const role = useSession()?.staff.role ?? 'clerk';
  const isAway = useHomeBranch(account.accountId) !== '';
  const entries = MENU.filter(({ id, needsAccount }) => needsAccount && id !== 'account' && id !== 'topup')
    .map((entry) => ({ ...entry, hindrance: hindranceOf(entry, { role, shiftOpen, account, isAway }) }))
    .filter(({ hindrance }) => hindrance === null || hindrance === 'shift');
  useKeys(
    Object.fromEntries(
      entries.map(
        ({ letter, hindrance, place }) =>
          [`Alt+${letter.toLowerCase()}`, () => (hindrance === null ? go(place(account.accountId)) : false)] as const,
      ),
    ),
  );
  return (
    <div className="task-list">
      {entries.map(({ id, letter, hindrance, place }) => (
        <Button
          key={id}
          block
          size="small"
          className="task-entry"
          disabled={hindrance !== null}
          title={hindrance === null ? undefined : t(`work.menu.${hindrance}`)}
          onClick={() => go(place(account.accountId))}
          data-testid={`task-${id}`}
        >
          <span className="clip">{t(`task.${id as 'notes'}`)}</span>
          <Kbd>{`Alt ${letter}`}</Kbd>
        </Button>
      ))}
    </div>
  );
});
