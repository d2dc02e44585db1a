// A choice of a few words side by side: antd's look on plain radio buttons. antd's own measures its thumb and draws each word by components of its own,
// for a movement that nobody at a counter waits for.
import { type CSSProperties, type ReactNode, useId } from 'react';
import { STYLE_SCOPE } from '../theme/theme.ts';

const SIZES = { small: ' ant-segmented-sm', middle: '', large: ' ant-segmented-lg' } as const;
const ITEM = 'ant-segmented-item';

export interface SegmentedProps<T extends string | boolean> {
  readonly 'aria-label'?: string;
  readonly 'aria-labelledby'?: string;
  readonly 'data-testid'?: string;
  readonly id?: string;
  readonly className?: string;
  readonly style?: CSSProperties;
  readonly size?: keyof typeof SIZES;
  readonly block?: boolean;
  readonly disabled?: boolean;
  readonly value: T;
  readonly options: readonly (T | { readonly value: T; readonly label: ReactNode; readonly disabled?: boolean; readonly title?: string })[];
  readonly onChange: (value: T) => void;
}

export function Segmented<T extends string | boolean>(props: SegmentedProps<T>) {
  const { size = 'middle', block = false, disabled = false, value, options, onChange, className, ...attributes } = props;
  const group = useId();
  const classes = `ant-segmented${SIZES[size]}${block ? ' ant-segmented-block' : ''}${disabled ? ' ant-segmented-disabled' : ''} ${STYLE_SCOPE}${
    className === undefined ? '' : ` ${className}`
  }`;
  return (
    <div {...attributes} role="radiogroup" className={classes}>
      <div className="ant-segmented-group">
        {options.map((option) => {
          const one = typeof option === 'object' ? option : { value: option, label: String(option) };
          const isOff = disabled || ('disabled' in one && one.disabled === true);
          const isChosen = one.value === value;
          return (
            <label
              key={String(one.value)}
              title={'title' in one ? one.title : undefined}
              className={`${ITEM}${isChosen ? ` ${ITEM}-selected` : ''}${isOff ? ` ${ITEM}-disabled` : ''}`}
            >
              <input
                className={`${ITEM}-input`}
                type="radio"
                name={group}
                checked={isChosen}
                disabled={isOff}
                onChange={() => onChange(one.value)}
              />
              <div className={`${ITEM}-label`}>{one.label}</div>
            </label>
          );
        })}
      </div>
    </div>
  );
}
