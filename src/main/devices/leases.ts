// Leases: one holder per device slot, so that nobody else moves a card in the middle of a task.
import type { Timers } from '../../../drivers/kit/transport.ts';
import { Fault } from '../../shared/domain/fault.ts';
import type { DeviceSlot } from '../core/ports/devices.ts';

interface Lease {
  readonly slot: DeviceSlot;
  readonly leaseId: string;
  readonly leaseMs: number;
  /** Calls queued or running; the time to live counts only while there are none. */
  calls: number;
  expiry: unknown;
}

export class Leases {
  readonly #timers: Timers;
  readonly #bySlot = new Map<DeviceSlot, Lease>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Takes the slot. Throws DEVICE_BUSY while another lease holds it. */
  take(wanted: { readonly slot: DeviceSlot; readonly leaseId: string; readonly leaseMs: number }): void {
    const held = this.#bySlot.get(wanted.slot);
    if (held !== undefined && held.leaseId !== wanted.leaseId) throw new Fault('DEVICE_BUSY', { slot: wanted.slot });
    if (held !== undefined) return;
    const lease: Lease = { ...wanted, calls: 0, expiry: null };
    this.#bySlot.set(wanted.slot, lease);
    this.#startExpiry(lease);
  }

  release(leaseId: string): void {
    const lease = this.#find(leaseId);
    if (lease !== null) this.#end(lease);
  }

  /** Marks the begin of a call and returns its slot and the function that marks its end. Throws DEVICE_LEASE_LOST for an id that holds nothing. */
  enter(leaseId: string): { readonly slot: DeviceSlot; readonly leave: () => void } {
    const lease = this.#find(leaseId);
    if (lease === null) throw new Fault('DEVICE_LEASE_LOST');
    lease.calls += 1;
    this.#timers.clearTimeout(lease.expiry);
    return {
      slot: lease.slot,
      leave: () => {
        lease.calls -= 1;
        if (lease.calls === 0 && this.#find(leaseId) === lease) this.#startExpiry(lease);
      },
    };
  }

  /** Ends all leases and their timers. */
  clear(): void {
    for (const lease of [...this.#bySlot.values()]) this.#end(lease);
  }

  #find(leaseId: string): Lease | null {
    for (const lease of this.#bySlot.values()) if (lease.leaseId === leaseId) return lease;
    return null;
  }

  #startExpiry(lease: Lease): void {
    lease.expiry = this.#timers.setTimeout(() => this.#end(lease), lease.leaseMs);
  }

  #end(lease: Lease): void {
    this.#timers.clearTimeout(lease.expiry);
    if (this.#bySlot.get(lease.slot) === lease) this.#bySlot.delete(lease.slot);
  }
}
