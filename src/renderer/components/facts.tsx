// Small shared pieces: label and value pairs, a titled panel, and skeleton lines while an answer is on its way.
import { Skeleton } from 'antd';
import type { ReactNode } from 'react';

/** Label and value pairs; entries whose value is null are left out. `figures`: the values end at the right; `twice`: two pairs a row. */
export function Facts(props: {
  readonly items: readonly (readonly [label: string, value: ReactNode])[];
  readonly figures?: boolean;
  readonly twice?: boolean;
}) {
  const { items, figures = false, twice = false } = props;
  return (
    <dl className={`facts${figures ? ' ends' : ''}${twice ? ' twice' : ''}`}>
      {items
        .filter(([, value]) => value !== null)
        .map(([label, value]) => (
          <div key={label} style={{ display: 'contents' }}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

export function Panel(props: {
  readonly title: string;
  readonly extra?: ReactNode;
  readonly children: ReactNode;
  readonly testId?: string;
}) {
  return (
    <section className="panel stack" aria-label={props.title} data-testid={props.testId}>
      <div className="row between wrap">
        <h2>{props.title}</h2>
        {props.extra}
      </div>
      {props.children}
    </section>
  );
}

export function Lines({ count = 3 }: { readonly count?: number }) {
  return <Skeleton active title={false} paragraph={{ rows: count }} />;
}

/** A state as a coloured mark and always a word. */
export function StateWord({ tone, children }: { readonly tone: 'ok' | 'warn' | 'bad' | 'idle'; readonly children: string }) {
  const mark = { ok: '●', warn: '▲', bad: '■', idle: '○' }[tone];
  return (
    <span className="row" style={{ display: 'inline-flex', gap: 4 }}>
      <span aria-hidden="true" className={`tone-${tone}`}>
        {mark}
      </span>
      <span>{children}</span>
    </span>
  );
}
