// The tiers as parts of a bar: how wide each is drawn and how full it is.

export interface TierPart {
  readonly tier: number;
  /** Upper limit in litres a year; null for the last tier. */
  readonly limitLitres: number | null;
  /** Width relative to the others. */
  readonly share: number;
  readonly filledPercent: number;
  readonly current: boolean;
}

/** Returns one part per tier; the open last tier is drawn as wide as the one before it. */
export function tierParts(limitsLitres: readonly number[], usedLitres: number): readonly TierPart[] {
  const parts: TierPart[] = [];
  let from = 0;
  let width = 1;
  for (const [index, limit] of [...limitsLitres, null].entries()) {
    if (limit !== null) width = Math.max(1, limit - from);
    const into = Math.max(0, Math.min(1, (usedLitres - from) / width));
    const reached = usedLitres >= from && (limit === null || usedLitres < limit);
    parts.push({ tier: index + 1, limitLitres: limit, share: width, filledPercent: Math.round(into * 100), current: reached });
    from = limit ?? from;
  }
  return parts;
}
