// What a card layout is called on screen.
import { useTranslation } from '../text/use-translation.tsx';

/** Returns the name of a layout; its id where the language files have none, as for one from outside. */
export function useLayoutName(): (layoutId: string) => string {
  const { t, i18n } = useTranslation();
  return (layoutId) => {
    const key = `layoutName.${layoutId}`;
    return i18n.exists(key) ? String((t as unknown as (key: string) => unknown)(key)) : layoutId;
  };
}
