// Capability: a reader of bar codes and two-dimensional codes.

export interface ScannedCode {
  /** The code as it stands on paper or screen, without what the scanner adds; never empty, no control characters. */
  readonly text: string;
  /** AIM symbology identifier (ISO/IEC 15424) such as `]C0` for Code 128 or `]Q3` for QR; null when the scanner does not send one. */
  readonly aimIdentifier: string | null;
}

/**
 * What a scanner can do. It gives whole codes only: what was cut, damaged or too long stays in the trace, because half of a number can be
 * the number of somebody else.
 */
export interface Scanner {
  /** Called with every code in the order of scanning; one that comes while nobody listens is gone. Returns the function that stops it. */
  onCode(listener: (code: ScannedCode) => void): () => void;
}
