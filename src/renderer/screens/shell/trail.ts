// The places a clerk has been to, so that Esc goes back one by one. Pure.

import type { TakingFilter } from '../../../shared/domain/takings.ts';

export type Place =
  /** `text`: to be searched for at once. `taskId`: what is to be done for the customer who is found. */
  | { readonly screen: 'home'; readonly text?: string; readonly taskId?: string }
  /** `closeId`: to be shown at once. */
  | { readonly screen: 'day'; readonly closeId?: string }
  | { readonly screen: 'accounts' | 'approvals' | 'cards' | 'devices' | 'prints' | 'requests' | 'sync' | 'templates' }
  /** `shiftId`: one that has ended, to be shown. */
  | { readonly screen: 'shift'; readonly shiftId?: string }
  | { readonly screen: 'account' | 'topup'; readonly accountId: string }
  /** `list`: the operations behind a figure. The open business date where none is named. */
  | { readonly screen: 'overview'; readonly date?: string; readonly of?: 'counter' | 'branch'; readonly list?: TakingFilter }
  /** A task of the task menu for one account; `subjectId` where it is about something of it. */
  | { readonly screen: 'task'; readonly taskId: string; readonly accountId: string; readonly subjectId?: string }
  /** `start`: the money was taken a moment ago and the card is in the reader, so the write begins by itself. */
  | { readonly screen: 'delivery'; readonly topupId: string; readonly start?: boolean };

export const HOME: Place = { screen: 'home' };

/** Moves the trail of places: going home empties it, the same place is not entered twice. */
export function follow(trail: readonly Place[], place: Place): readonly Place[] {
  if (place.screen === 'home') return [place];
  const same = (other: Place): boolean => JSON.stringify(other) === JSON.stringify(place);
  const known = trail.findIndex(same);
  return known < 0 ? [...trail, place] : trail.slice(0, known + 1);
}

/** Takes the last step back; home stays. */
export function stepBack(trail: readonly Place[]): readonly Place[] {
  return trail.length > 1 ? trail.slice(0, -1) : [HOME];
}

/** Returns the account that the trail is about: the last one named on it, over tasks that are about none; '' for none. */
export function accountOn(trail: readonly Place[]): string {
  const accountIds = trail.map((place) => ('accountId' in place ? place.accountId : ''));
  return accountIds.findLast((accountId) => accountId !== '') ?? '';
}

/** Whether a customer is in front, who may have no account yet: only then there is somebody to park. */
export function hasCustomer(trail: readonly Place[]): boolean {
  return accountOn(trail) !== '' || trail.some(({ screen }) => screen === 'delivery' || screen === 'task');
}
