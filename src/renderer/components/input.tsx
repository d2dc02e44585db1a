// The screens' one-line field: antd's look on a plain input. antd's own is three components deep and computes its classes and variants anew at every
// key; a payment has three of them.
import { type ComponentProps, type ReactNode, type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import { STYLE_SCOPE } from '../theme/theme.ts';

const SIZES = { small: '-sm', middle: '', large: '-lg' } as const;
const LOOK = 'ant-input-outlined';

type Own = 'size' | 'prefix' | 'autoFocus' | 'ref';
export interface InputProps extends Omit<ComponentProps<'input'>, Own> {
  readonly ref?: Ref<HTMLInputElement>;
  readonly size?: keyof typeof SIZES;
  readonly prefix?: ReactNode;
  readonly suffix?: ReactNode;
  readonly status?: 'error' | '';
  /** Takes the cursor when it comes. */
  readonly autoFocus?: boolean;
  readonly onPressEnter?: () => void;
}

/** Returns the classes of a part of antd's input in this size. */
function sized(part: string, size: keyof typeof SIZES): string {
  return SIZES[size] === '' ? part : `${part} ${part}${SIZES[size]}`;
}

/** Without scrolling: that would have the whole page laid out before the rest of it is there. */
function takeCursor(autoFocus: boolean, input: HTMLInputElement | null): void {
  if (autoFocus && document.activeElement !== input) input?.focus({ preventScroll: true });
}

export function Input(props: InputProps) {
  const {
    ref,
    size = 'middle',
    prefix,
    suffix,
    status = '',
    autoFocus = false,
    onPressEnter,
    onKeyDown,
    className,
    style,
    ...attributes
  } = props;
  const input = useRef<HTMLInputElement>(null);
  useImperativeHandle(ref, () => input.current as HTMLInputElement, []);
  // At once, so that no key is lost; and once more for a dialog, which stands in the page only after its content is made.
  useLayoutEffect(() => takeCursor(autoFocus, input.current), [autoFocus]);
  useEffect(() => takeCursor(autoFocus, input.current), [autoFocus]);
  const wraps = prefix !== undefined || suffix !== undefined;
  const state = `${LOOK}${status === 'error' ? ' ant-input-status-error' : ''} ${STYLE_SCOPE} ant-input-css-var${className === undefined ? '' : ` ${className}`}`;
  const disabled = attributes.disabled === true ? ' ant-input-disabled' : '';
  const field = (
    <input
      type="text"
      {...attributes}
      ref={input}
      className={`${sized('ant-input', size)}${disabled}${wraps ? '' : ` ${state}`}`}
      style={wraps ? undefined : style}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onPressEnter?.();
        onKeyDown?.(event);
      }}
    />
  );
  if (!wraps) return field;
  const wrapper = 'ant-input-affix-wrapper';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field itself is reached by keyboard
    // biome-ignore lint/a11y/noStaticElementInteractions: a press beside the figures means the field
    <span
      className={`${sized(wrapper, size)}${disabled}${disabled === '' ? '' : ` ${wrapper}-disabled`} ${state}`}
      style={style}
      onClick={() => input.current?.focus({ preventScroll: true })}
    >
      {prefix !== undefined && <span className="ant-input-prefix">{prefix}</span>}
      {field}
      {suffix !== undefined && <span className="ant-input-suffix">{suffix}</span>}
    </span>
  );
}
