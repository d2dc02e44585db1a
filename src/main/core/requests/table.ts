// All kinds of service requests.
import type { RequestKind } from '../../../shared/domain/requests.ts';
import type { RequestDefinition } from './definition.ts';
import { closure } from './kinds/closure.ts';
import { correction } from './kinds/correction.ts';
import { household } from './kinds/household.ts';
import { reactivation } from './kinds/reactivation.ts';
import { suspension } from './kinds/suspension.ts';
import { transfer } from './kinds/transfer.ts';
import { addition, relocation } from './kinds/works.ts';

export const REQUEST_DEFINITIONS: Readonly<Record<RequestKind, RequestDefinition>> = {
  transfer,
  addition,
  relocation,
  closure,
  suspension,
  reactivation,
  correction,
  household,
};
