// The words of gas said of power, for screens and paper alike. A text is written once, for gas; what the trade says of power follows from its terms.

type Commodity = 'gas' | 'power';
export type WordLanguage = 'zh-CN' | 'zh-TW' | 'en';

/** Terms of gas and those of power, the longer ones first. The sign of the unit is the same in every language. */
const POWER_TERMS: Readonly<Record<WordLanguage, readonly (readonly [RegExp, string])[]>> = {
  'zh-CN': [
    [/m³/g, 'kWh'],
    [/立方米/g, '千瓦时'],
    [/购一升/g, '购一瓦时'],
    [/燃气表/g, '电能表'],
    [/户内燃气设施/g, '户内用电设施'],
    [/燃气具/g, '用电器具'],
    [/天然气|燃气/g, '电'],
    [/开启阀门/g, '合闸'],
    [/阀门/g, '继电器'],
    [/通气/g, '送电'],
    [/气/g, '电'],
  ],
  'zh-TW': [
    [/m³/g, 'kWh'],
    [/立方公尺/g, '度'],
    [/購一公升/g, '購一瓦時'],
    [/瓦斯錶|瓦斯表/g, '電錶'],
    [/戶內瓦斯設施/g, '戶內用電設施'],
    [/燃氣具/g, '用電器具'],
    [/天然氣|燃氣|瓦斯/g, '電'],
    [/開啟閥門/g, '合閘'],
    [/閥門/g, '繼電器'],
    [/通氣/g, '送電'],
    [/氣/g, '電'],
  ],
  en: [
    [/m³/g, 'kWh'],
    [/cubic metres/g, 'kilowatt-hours'],
    [/\b(one|a) litre\b/g, '$1 watt-hour'],
    [/\bgas\b/g, 'power'],
    [/\bGas\b/g, 'Power'],
    [/\b([Aa]) volume\b/g, '$1n amount of energy'],
    [/(?<!\{\{)\bvolume\b/g, 'energy'],
    [/\bVolume\b/g, 'Energy'],
    [/\bvalve\b/g, 'relay'],
    [/\bValve\b/g, 'Relay'],
  ],
};

/** Returns a text of gas as it reads for the commodity. Only ever of a text's own words, before names and figures stand in it. */
export function wordsFor(commodity: Commodity, language: WordLanguage, text: string): string {
  if (commodity === 'gas') return text;
  return POWER_TERMS[language].reduce((said, [gas, power]) => said.replace(gas, power), text);
}
