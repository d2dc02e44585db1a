// The screens' button: antd's look on a plain button. antd's own computes its classes, its theme and a hidden spinner for every one of the fifty on a
// screen each time that it is drawn, which was the greater part of what a top-up cost.
import { LoadingOutlined } from '@ant-design/icons';
import { type ComponentProps, type MouseEvent, type ReactNode, useEffect, useRef } from 'react';
import { STYLE_SCOPE } from '../theme/theme.ts';

const LOOKS = {
  default: 'ant-btn-default ant-btn-color-default ant-btn-variant-outlined',
  primary: 'ant-btn-primary ant-btn-color-primary ant-btn-variant-solid',
  link: 'ant-btn-link ant-btn-color-link ant-btn-variant-link',
} as const;
/** What of a look stays where it is dangerous. */
const DANGEROUS = {
  default: 'ant-btn-default ant-btn-dangerous ant-btn-color-dangerous ant-btn-variant-outlined',
  primary: 'ant-btn-primary ant-btn-dangerous ant-btn-color-dangerous ant-btn-variant-solid',
  link: 'ant-btn-link ant-btn-dangerous ant-btn-color-dangerous ant-btn-variant-link',
} as const;
const SIZES = { small: ' ant-btn-sm', middle: '', large: ' ant-btn-lg' } as const;

type Own = 'type' | 'ref' | 'autoFocus';
export interface ButtonProps extends Omit<ComponentProps<'button'>, Own> {
  readonly type?: keyof typeof LOOKS;
  readonly size?: keyof typeof SIZES;
  readonly danger?: boolean;
  /** As wide as what it stands in. */
  readonly block?: boolean;
  /** What it does is under way: a spinner shows, and another press does nothing. */
  readonly loading?: boolean;
  readonly icon?: ReactNode;
  readonly htmlType?: 'button' | 'submit';
  readonly autoFocus?: boolean;
}

export function Button(props: ButtonProps) {
  const { type = 'default', size = 'middle', danger = false, block = false, loading = false, icon, htmlType = 'button', ...rest } = props;
  const { autoFocus = false, className, children, onClick, ...attributes } = rest;
  const ref = useRef<HTMLButtonElement>(null);
  // Not React's own autofocus: that comes before a dialog stands in the page.
  useEffect(() => {
    if (autoFocus) ref.current?.focus();
  }, [autoFocus]);
  const shown = loading ? <LoadingOutlined className="ant-btn-loading-icon" /> : icon;
  const only = children == null && shown !== undefined;
  const classes = `ant-btn ${STYLE_SCOPE} ${(danger ? DANGEROUS : LOOKS)[type]}${SIZES[size]}${only ? ' ant-btn-icon-only' : ''}${
    loading ? ' ant-btn-loading' : ''
  }${block ? ' ant-btn-block' : ''}${className === undefined ? '' : ` ${className}`}`;
  return (
    <button
      {...attributes}
      ref={ref}
      type={htmlType}
      className={classes}
      onClick={(event: MouseEvent<HTMLButtonElement>) => {
        if (loading) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {shown !== undefined && <span className="ant-btn-icon">{shown}</span>}
      {children}
    </button>
  );
}
