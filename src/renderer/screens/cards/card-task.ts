// What the parts of a card task's screen share.
import type { Outputs } from '../../../shared/contract/index.ts';

export type Purpose = 'issue' | 'reissue' | 'replace' | 'correct' | 'reverse';
export type CardTask = Outputs['cardTasks']['get'];
