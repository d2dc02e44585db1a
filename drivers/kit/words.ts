// The words of what the kit itself tells a trace, for every driver.
import { WORD_LANGUAGES, type Words } from './meaning.ts';

export const KIT_WORDS: Words = {
  ', ': { 'zh-CN': '，', 'zh-TW': '，' },
  '; ': { 'zh-CN': '；', 'zh-TW': '；' },
  // What a framer says of bytes that are no good frame.
  'bad-sum': { 'zh-CN': '校验错误', 'zh-TW': '校驗錯誤' },
  short: { 'zh-CN': '帧不完整', 'zh-TW': '訊框不完整' },
  // Streams of a printer.
  'text {count} bytes': { 'zh-CN': '文字 {count} 字节', 'zh-TW': '文字 {count} 位元組' },
  '{count} bytes of an unfinished command': { 'zh-CN': '未完的指令 {count} 字节', 'zh-TW': '未完的指令 {count} 位元組' },
  'shape of the text': { 'zh-CN': '文字格式', 'zh-TW': '文字格式' },
  // Real-time status of printers.
  'DLE EOT {kind}: asks for {question}': { 'zh-CN': 'DLE EOT {kind}：查询{question}', 'zh-TW': 'DLE EOT {kind}：查詢{question}' },
  '{question}: {status}': { 'zh-CN': '{question}：{status}', 'zh-TW': '{question}：{status}' },
  printer: { 'zh-CN': '打印机', 'zh-TW': '印表機' },
  'cause of being offline': { 'zh-CN': '脱机原因', 'zh-TW': '離線原因' },
  error: { 'zh-CN': '错误', 'zh-TW': '錯誤' },
  paper: { 'zh-CN': '纸张', 'zh-TW': '紙張' },
  offline: { 'zh-CN': '脱机', 'zh-TW': '離線' },
  'waits for recovery': { 'zh-CN': '等待恢复', 'zh-TW': '等待復原' },
  'feed button pressed': { 'zh-CN': '走纸键按下', 'zh-TW': '走紙鍵按下' },
  'cover open': { 'zh-CN': '机盖打开', 'zh-TW': '機蓋打開' },
  'stopped, paper ended': { 'zh-CN': '缺纸停机', 'zh-TW': '缺紙停機' },
  'recoverable error': { 'zh-CN': '可恢复的错误', 'zh-TW': '可復原的錯誤' },
  'cutter error': { 'zh-CN': '切刀故障', 'zh-TW': '切刀故障' },
  'unrecoverable error': { 'zh-CN': '不可恢复的错误', 'zh-TW': '不可復原的錯誤' },
  'recovers by itself': { 'zh-CN': '可自行恢复', 'zh-TW': '可自行復原' },
  'paper near its end': { 'zh-CN': '纸将尽', 'zh-TW': '紙將盡' },
  'no paper': { 'zh-CN': '无纸', 'zh-TW': '無紙' },
  online: { 'zh-CN': '联机', 'zh-TW': '連線' },
  'nothing in the way': { 'zh-CN': '无', 'zh-TW': '無' },
  'no error': { 'zh-CN': '无', 'zh-TW': '無' },
  'paper there': { 'zh-CN': '有纸', 'zh-TW': '有紙' },
  'drawer pin high': { 'zh-CN': '钱箱检测脚高电平', 'zh-TW': '錢箱偵測腳高電位' },
  'drawer pin low': { 'zh-CN': '钱箱检测脚低电平', 'zh-TW': '錢箱偵測腳低電位' },
  'late or unasked status, read as {status}': {
    'zh-CN': '迟到或未经查询的状态，按此解读：{status}',
    'zh-TW': '遲到或未經查詢的狀態，按此解讀：{status}',
  },
  '{count} bytes that are no status': { 'zh-CN': '{count} 字节，不是状态', 'zh-TW': '{count} 位元組，不是狀態' },
  // Customer displays.
  initialises: { 'zh-CN': '初始化', 'zh-TW': '初始化' },
  'clears both lines': { 'zh-CN': '清除两行', 'zh-TW': '清除兩行' },
  'writes both lines of {columns} columns': { 'zh-CN': '写两行，每行 {columns} 列', 'zh-TW': '寫兩行，每行 {columns} 列' },
  // Satisfaction keypads.
  'refused: press for no open question': { 'zh-CN': '不接受：按键不属于当前评价', 'zh-TW': '不接受：按鍵不屬於目前評價' },
};

/**
 * Returns the words for `inWords` in a language: the driver's own before the kit's; undefined for a template that has none there. English is in the
 * templates themselves.
 */
export function wordsIn(language: string, own: Words = {}): (template: string) => string | undefined {
  const known = WORD_LANGUAGES.find((one) => one === language);
  if (known === undefined) return () => undefined;
  const from = (words: Words, template: string) => (Object.hasOwn(words, template) ? words[template]?.[known] : undefined);
  return (template) => from(own, template) ?? from(KIT_WORDS, template);
}
