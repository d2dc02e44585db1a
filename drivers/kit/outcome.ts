// How a device call ends: done, refused before anything happened, or unknown.
import { asFault, type FaultData } from '../../src/shared/domain/fault.ts';

/**
 * The typed end of a device call.
 * `refused`: nothing has changed on the device or the card; doing it again is safe.
 * `unknown`: an effect may have happened; the caller must look before it acts.
 */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly fault: FaultData }
  | { readonly kind: 'unknown'; readonly fault: FaultData };

export function done<T>(value: T): Outcome<T> {
  return { kind: 'done', value };
}

export function refused(fault: FaultData): Outcome<never> {
  return { kind: 'refused', fault };
}

export function unknown(fault: FaultData): Outcome<never> {
  return { kind: 'unknown', fault };
}

/** Runs `act`; a fault it throws is `refused` until `effectBegan()` says that bytes with an effect have left. */
export async function outcomeOf<T>(act: () => Promise<T>, effectBegan: () => boolean): Promise<Outcome<T>> {
  try {
    return done(await act());
  } catch (error) {
    const fault = asFault(error).toData();
    return effectBegan() ? unknown(fault) : refused(fault);
  }
}
