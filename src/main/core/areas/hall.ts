// Calls of the area hall: the demo hall's bench.
import { Fault } from '../../../shared/domain/fault.ts';
import type { Guard } from '../guard.ts';

export function hallArea({ guarded, ports }: Guard) {
  const hall = () => {
    if (ports.hall === null) throw new Fault('HALL_UNAVAILABLE');
    return ports.hall;
  };

  return {
    state: guarded.hall.state.handler(() => hall().state()),
    act: guarded.hall.act.handler(async ({ input }) => {
      const state = await hall().act(input);
      ports.events.publish({ type: 'changed', area: 'hall', accountId: '' });
      return state;
    }),
  };
}
