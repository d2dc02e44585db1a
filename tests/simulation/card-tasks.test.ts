// Card tasks under every tear and every stop, for each purpose on our own layout and on one without a second record: see tests/support/card-task-suite.ts.
import { CARD_TASK_PURPOSES } from '../../src/shared/domain/card-tasks.ts';
import { describeTask, TASK_KINDS } from '../support/card-task-suite.ts';

const [own, plain] = TASK_KINDS;
if (own === undefined || plain === undefined) throw new Error('two layouts are wanted');
for (const purpose of CARD_TASK_PURPOSES) describeTask(own, purpose, { stops: purpose === 'reverse' || purpose === 'reissue' });
for (const purpose of ['reverse', 'reissue', 'carry'] as const) describeTask(plain, purpose, { stops: false });
