// Where the clerk is: one task at a time, Esc goes back, and typed data is never left behind unasked. A customer can be parked with everything typed.
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { api, client } from '../../bridge/client.ts';
import { Dialog } from '../../components/dialog.tsx';
import { useTranslation } from '../../text/use-translation.tsx';
import { DraftDesk, type DraftPlace, type HeldDraft } from './draft-desk.ts';
import { accountOn, follow, HOME, hasCustomer, type Place, stepBack } from './trail.ts';

/** A customer who waits while another is served. */
export interface Parked {
  readonly parkedId: number;
  readonly trail: readonly Place[];
  readonly drafts: readonly HeldDraft[];
  readonly accountNo: string;
  readonly customerName: string;
}

/** What can be done; the same for as long as somebody is signed in. */
interface Moves {
  /** Goes there, after asking where something typed would be lost. */
  readonly go: (place: Place) => void;
  readonly back: () => void;
  /** Goes there without asking; what was typed is done with. */
  readonly replace: (place: Place) => void;
  /** Puts the customer in front aside and shows an empty screen. */
  readonly park: () => void;
  /** Goes on with a parked customer; whoever is in front must be parked before. */
  readonly unpark: (parkedId: number) => void;
  /** Goes on with what a crash has left, after asking as `go` does. */
  readonly resume: (place: Place, draft: HeldDraft) => void;
}

interface Navigation extends Moves {
  readonly place: Place;
  /** The account in front; '' for none. */
  readonly accountId: string;
  readonly customerInFront: boolean;
  readonly parked: readonly Parked[];
}

const nothing = (): void => {};
const NO_MOVES: Moves = { go: nothing, back: nothing, replace: nothing, park: nothing, unpark: nothing, resume: nothing };
const MovesContext = createContext<Moves>(NO_MOVES);
const NavigationContext = createContext<Navigation>({ ...NO_MOVES, place: HOME, accountId: '', customerInFront: false, parked: [] });
const GuardContext = createContext<{ current: boolean }>({ current: false });
const DeskContext = createContext<DraftDesk | null>(null);

/** What is typed must have rested for so long before it is kept. */
const DRAFT_REST_MS = 400;

export function useNavigation(): Navigation {
  return useContext(NavigationContext);
}

/** Returns how to go elsewhere, for what stays on the screen while the clerk goes: it is not drawn again for that. */
export function useMoves(): Moves {
  return useContext(MovesContext);
}

/** While `dirty`, leaving the screen asks first. It holds from the very draw that shows why: a key pressed in that moment meets what is on the screen. */
export function useLeaveGuard(dirty: boolean): void {
  const guard = useContext(GuardContext);
  useLayoutEffect(() => {
    guard.current = dirty;
    return () => {
      guard.current = false;
    };
  }, [guard, dirty]);
}

/**
 * Keeps what is typed in a task over parking and over a crash. `value` is everything typed as JSON (null while there is nothing), best an object of the
 * fields; `restore` puts such a value back, called once when the screen opens. Leave private numbers out; ids made for the act belong in it.
 */
export function useDraft<T>(
  task: Omit<DraftPlace, 'subjectId'> & { readonly subjectId?: string },
  value: T | null,
  restore: (value: T) => void,
): void {
  const desk = useContext(DeskContext);
  const { taskId, accountId, subjectId = '' } = task;
  const text = value === null ? '' : JSON.stringify(value);
  const latest = useRef(restore);
  latest.current = restore;
  const first = useRef(true);
  useEffect(() => {
    const kept = desk?.take({ taskId, accountId, subjectId }) ?? null;
    if (kept !== null) latest.current(kept as T);
  }, [desk, taskId, accountId, subjectId]);
  useEffect(() => {
    const place = { taskId, accountId, subjectId };
    // What the screen opens with was not typed; something brought back must not be dropped by it.
    if (first.current && text === '') {
      first.current = false;
      return;
    }
    first.current = false;
    desk?.typed(place, text);
    const timer = setTimeout(() => desk?.flush(place), DRAFT_REST_MS);
    return () => clearTimeout(timer);
  }, [desk, taskId, accountId, subjectId, text]);
  useEffect(() => () => desk?.closed({ taskId, accountId, subjectId }), [desk, taskId, accountId, subjectId]);
}

/** Who is in front, for the list of the parked. */
function labelOf(queries: QueryClient, trail: readonly Place[]): Pick<Parked, 'accountNo' | 'customerName'> {
  const account = queries.getQueryData(api.accounts.get.queryKey({ input: { accountId: accountOn(trail) } }));
  if (account !== undefined) return { accountNo: account.accountNo, customerName: account.customerName };
  const delivery = trail.findLast((place) => place.screen === 'delivery');
  const topup =
    delivery === undefined ? undefined : queries.getQueryData(api.topups.get.queryKey({ input: { topupId: delivery.topupId } }));
  return { accountNo: topup?.accountNo ?? '', customerName: topup?.customerName ?? '' };
}

/** Areas of the cache that tell nothing of a customer. */
const OWN_AREAS: readonly unknown[] = ['system', 'session', 'shift', 'devices', 'sync', 'hall', 'queue', 'approvals', 'drafts'];

/** Forgets what the core has told about customers who are not on the screen any more. */
function forgetCustomers(queries: QueryClient): void {
  queries.removeQueries({ type: 'inactive', predicate: ({ queryKey: [path] }) => !Array.isArray(path) || !OWN_AREAS.includes(path[0]) });
}

function useForgetting(trail: readonly Place[]): void {
  const queries = useQueryClient();
  const accountId = accountOn(trail);
  const customerInFront = hasCustomer(trail);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever is in front now, the one before is forgotten
  useEffect(() => {
    // After the screens of the one before have let go of their answers.
    const timer = setTimeout(() => forgetCustomers(queries), 0);
    return () => clearTimeout(timer);
  }, [queries, accountId, customerInFront]);
}

export function NavigationProvider({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [trail, setTrail] = useState<readonly Place[]>([HOME]);
  const [parked, setParked] = useState<readonly Parked[]>([]);
  const [pending, setPending] = useState<{ readonly trail: readonly Place[]; readonly draft: HeldDraft | null } | null>(null);
  const [desk] = useState(
    () =>
      new DraftDesk({
        save: ({ value, ...place }) => void client.drafts.save({ ...place, value: value as never }).catch(nothing),
        drop: (place) => void client.drafts.drop(place).catch(nothing),
      }),
  );
  const guard = useRef(false);
  const parkedCount = useRef(0);
  const latest = useRef({ trail, parked });
  latest.current = { trail, parked };
  useForgetting(trail);

  const settle = useCallback(
    (next: readonly Place[], draft: HeldDraft | null): void => {
      if (JSON.stringify(next) !== JSON.stringify(latest.current.trail)) desk.leave();
      if (draft !== null) desk.bringBack(draft);
      setTrail(next);
    },
    [desk],
  );
  const move = useCallback(
    (next: readonly Place[], draft: HeldDraft | null = null): void => {
      if (guard.current) setPending({ trail: next, draft });
      else settle(next, draft);
    },
    [settle],
  );
  const moves = useMemo<Moves>(
    () => ({
      go: (place) => move(follow(latest.current.trail, place)),
      back: () => move(stepBack(latest.current.trail)),
      replace: (place) => settle(follow(stepBack(latest.current.trail), place), null),
      park: () => {
        const from = latest.current.trail;
        if (!hasCustomer(from)) return;
        parkedCount.current += 1;
        const one: Parked = { parkedId: parkedCount.current, trail: from, drafts: desk.putAside(), ...labelOf(queries, from) };
        setParked((before) => [...before, one]);
        setTrail([HOME]);
        // The customer who comes next reads nothing of this one.
        void client.topups.show({ due: null }).catch(nothing);
      },
      unpark: (parkedId) => {
        const one = latest.current.parked.find((candidate) => candidate.parkedId === parkedId);
        if (one === undefined || hasCustomer(latest.current.trail)) return;
        setParked((before) => before.filter((candidate) => candidate !== one));
        for (const draft of one.drafts) desk.bringBack(draft);
        setTrail(one.trail);
      },
      resume: (place, draft) => move(follow([HOME], place), draft),
    }),
    [move, settle, desk, queries],
  );
  const value = useMemo<Navigation>(
    () => ({ ...moves, place: trail.at(-1) ?? HOME, accountId: accountOn(trail), customerInFront: hasCustomer(trail), parked }),
    [moves, trail, parked],
  );
  const leave = (): void => {
    if (pending !== null) settle(pending.trail, pending.draft);
    setPending(null);
  };
  return (
    <NavigationContext value={value}>
      <MovesContext value={moves}>
        <GuardContext.Provider value={guard}>
          <DeskContext.Provider value={desk}>
            {children}
            {pending !== null && (
              <Dialog
                title={t('shell.leaveTitle')}
                action={t('topup.leave')}
                closeWord={t('topup.stay')}
                danger
                onAction={leave}
                onClose={() => setPending(null)}
              >
                {t('shell.leaveHint')}
              </Dialog>
            )}
          </DeskContext.Provider>
        </GuardContext.Provider>
      </MovesContext>
    </NavigationContext>
  );
}
