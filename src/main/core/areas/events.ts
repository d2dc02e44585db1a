// Calls of the area events: what the core pushes.
import { streamEvents } from '../event-stream.ts';
import type { Guard } from '../guard.ts';

export const eventsArea = ({ guarded, ports }: Guard) => ({
  stream: guarded.events.stream.handler(({ signal }) => streamEvents(ports.events, signal)),
});
