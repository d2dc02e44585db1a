// Where the clerk is: one task at a time, Esc goes back, and typed data is never left behind unasked.
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/dialog.tsx';
import { follow, HOME, type Place, stepBack } from './trail.ts';

interface Navigation {
  readonly place: Place;
  /** Goes there, after asking where something typed would be lost. */
  readonly go: (place: Place) => void;
  readonly back: () => void;
  /** Goes there without asking; what was typed is done with. */
  readonly replace: (place: Place) => void;
}

const NavigationContext = createContext<Navigation>({ place: HOME, go: () => {}, back: () => {}, replace: () => {} });
const GuardContext = createContext<{ current: boolean }>({ current: false });

export function useNavigation(): Navigation {
  return useContext(NavigationContext);
}

/** While `dirty`, leaving the screen asks first. */
export function useLeaveGuard(dirty: boolean): void {
  const guard = useContext(GuardContext);
  useEffect(() => {
    guard.current = dirty;
    return () => {
      guard.current = false;
    };
  }, [guard, dirty]);
}

export function NavigationProvider({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const [trail, setTrail] = useState<readonly Place[]>([HOME]);
  const [pending, setPending] = useState<{ readonly trail: readonly Place[] } | null>(null);
  const guard = useRef(false);
  const latest = useRef(trail);
  latest.current = trail;

  const move = useCallback((next: readonly Place[], ask: boolean): void => {
    if (ask && guard.current) setPending({ trail: next });
    else setTrail(next);
  }, []);
  const value = useMemo<Navigation>(
    () => ({
      place: trail.at(-1) ?? HOME,
      go: (place) => move(follow(latest.current, place), true),
      back: () => move(stepBack(latest.current), true),
      replace: (place) => move(follow(stepBack(latest.current), place), false),
    }),
    [trail, move],
  );
  const leave = (): void => {
    if (pending !== null) setTrail(pending.trail);
    setPending(null);
  };
  return (
    <NavigationContext.Provider value={value}>
      <GuardContext.Provider value={guard}>
        {children}
        {pending !== null && (
          <Dialog
            title={t('topup.leaveTitle')}
            action={t('topup.leave')}
            closeWord={t('topup.stay')}
            danger
            onAction={leave}
            onClose={() => setPending(null)}
          >
            {t('topup.leaveHint')}
          </Dialog>
        )}
      </GuardContext.Provider>
    </NavigationContext.Provider>
  );
}
