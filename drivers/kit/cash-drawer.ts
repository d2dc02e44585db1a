// Capability: a cash drawer, by itself or behind a receipt printer.

/** Every method rejects with a Fault (DEVICE_…, PORT_…). */
export interface CashDrawer {
  /** Sends the pulse. That it sprang open is known only where `isOpen` can say. */
  open(): Promise<void>;
  /** Whether it stands open; null where the model cannot say. */
  isOpen(): Promise<boolean | null>;
}
