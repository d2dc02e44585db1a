// What every framer takes and gives, whatever its frames look like.

export type FrameEvent =
  | { readonly kind: 'frame'; readonly bytes: Uint8Array }
  /** A whole frame's worth of bytes whose head or sum is wrong. */
  | { readonly kind: 'bad-sum'; readonly bytes: Uint8Array }
  /** The line fell silent inside a frame. */
  | { readonly kind: 'short'; readonly bytes: Uint8Array };

export interface FixedFramer {
  /** Takes what has arrived; returns what it completed, in order. */
  push(chunk: Uint8Array): FrameEvent[];
  /** The line has been silent for longer than a frame may pause: returns the part that will never be completed, and forgets it. */
  cut(): FrameEvent[];
  /** Bytes held that are not a whole frame yet. */
  readonly pending: number;
}
