// Reads an XLSX file as a spreadsheet does, without the library that wrote it: the zip's directory, its sheets, and what their cells say.
import { inflateRawSync } from 'node:zlib';

/** ZIP APPNOTE 4.3: signatures of the end of the central directory, and of its entries. */
const END_OF_DIRECTORY = 0x06054b50;
const DEFLATED = 8;

export interface ReadSheet {
  readonly name: string;
  /** Rows that stand still at the top. */
  readonly frozenRows: number;
  /** Texts as texts, figures and dates as the numbers that stand there; null where a cell is empty. */
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** Number formats of the cells, '' where none is said. */
  readonly formats: readonly (readonly string[])[];
}

function entriesOf(bytes: Buffer): Map<string, string> {
  const end = bytes.lastIndexOf(Buffer.from(new Uint32Array([END_OF_DIRECTORY]).buffer));
  const files = new Map<string, string>();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [nameBytes, extraBytes, noteBytes] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const name = bytes.toString('utf8', at + 46, at + 46 + (nameBytes ?? 0));
    const local = bytes.readUInt32LE(at + 42);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(from, from + bytes.readUInt32LE(at + 20));
    files.set(name, (bytes.readUInt16LE(at + 10) === DEFLATED ? inflateRawSync(packed) : packed).toString('utf8'));
    at += 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (noteBytes ?? 0);
  }
  return files;
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'", '&#39;': "'", '&amp;': '&' };
const plain = (text: string) => text.replace(/&(?:lt|gt|quot|apos|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity);
const attribute = (tag: string, name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
const textOf = (xml: string) => plain([...xml.matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map((match) => match[1]).join(''));

/** Column of a reference, from 0: "AB12" is 27. */
function columnOf(reference: string): number {
  return [...reference.replace(/\d/g, '')].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** Returns the sheets in their order. Throws where a part that the workbook names is not there. */
export function readXlsx(file: Uint8Array): readonly ReadSheet[] {
  const files = entriesOf(Buffer.from(file));
  const part = (name: string): string => {
    const found = files.get(name);
    if (found === undefined) throw new Error(`no ${name} in the file`);
    return found;
  };
  const shared = [...(files.get('xl/sharedStrings.xml') ?? '').matchAll(/<si>(.*?)<\/si>/gs)].map((match) => textOf(match[1] ?? ''));
  const styles = part('xl/styles.xml');
  const codes = new Map(
    [...styles.matchAll(/<numFmt [^>]*>/g)].map(([tag]) => [attribute(tag, 'numFmtId'), plain(attribute(tag, 'formatCode'))]),
  );
  const cellFormats = [...(/<cellXfs[^>]*>(.*?)<\/cellXfs>/s.exec(styles)?.[1] ?? '').matchAll(/<xf [^>]*>/g)].map(
    ([tag]) => codes.get(attribute(tag, 'numFmtId')) ?? '',
  );
  const targets = new Map(
    [...part('xl/_rels/workbook.xml.rels').matchAll(/<Relationship [^>]*>/g)].map(([tag]) => [
      attribute(tag, 'Id'),
      attribute(tag, 'Target'),
    ]),
  );
  return [...part('xl/workbook.xml').matchAll(/<sheet [^>]*>/g)].map(([tag]) => {
    const xml = part(`xl/${targets.get(attribute(tag, 'r:id')) ?? ''}`);
    const rows: (string | number | null)[][] = [];
    const formats: string[][] = [];
    for (const [, body = ''] of xml.matchAll(/<row [^>]*>(.*?)<\/row>/gs)) {
      const cells: (string | number | null)[] = [];
      const looks: string[] = [];
      for (const [, head = '', content = ''] of body.matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
        const value = /<v>([^<]*)<\/v>/.exec(content)?.[1];
        const column = columnOf(attribute(head, 'r'));
        const kind = attribute(head, 't');
        while (cells.length < column) cells.push(null);
        cells.push(
          kind === 's'
            ? (shared[Number(value)] ?? '')
            : kind === 'inlineStr'
              ? textOf(content)
              : value === undefined
                ? null
                : Number(value),
        );
        looks[column] = cellFormats[Number(attribute(head, 's') || '0')] ?? '';
      }
      rows.push(cells);
      formats.push(looks);
    }
    const pane = /<pane [^>]*>/.exec(xml)?.[0] ?? '';
    return {
      name: plain(attribute(tag, 'name')),
      frozenRows: attribute(pane, 'state') === 'frozen' ? Number(attribute(pane, 'ySplit')) : 0,
      rows,
      formats,
    };
  });
}

/** Returns the local date and time that a sheet's number stands for, "2026-11-21 14:05:09": days since 1899-12-30. */
export function sheetMoment(value: number): string {
  return new Date(Math.round((value - 25_569) * 86_400) * 1_000).toISOString().slice(0, 19).replace('T', ' ');
}
