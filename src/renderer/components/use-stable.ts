// A function that stays the same while what it does follows the latest draw, so that a memoised component it is given to is not drawn for it alone.
import { useCallback, useRef } from 'react';

/** Returns `act` behind one function for the component's life. Only for what is called later than the draw: presses, answers. */
export function useStable<A extends readonly unknown[], R>(act: (...given: A) => R): (...given: A) => R {
  const latest = useRef(act);
  latest.current = act;
  return useCallback((...given: A) => latest.current(...given), []);
}
