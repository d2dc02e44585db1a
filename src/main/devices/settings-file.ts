// Reads and writes the settings file; an error in it names the line and the field.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { z } from 'zod';
import { Fault } from '../../shared/domain/fault.ts';
import { writeJsonAtomic } from '../processes/atomic-file.ts';
import { findSyntaxError, locate } from './json-position.ts';
import { type Settings, settingsSchema } from './settings.ts';

/**
 * Returns the settings; a file that does not exist gives the defaults (no devices).
 * Throws SETTINGS_INVALID with the context { file, line, column, field, reason }; line and column count from 1, `field` is dotted
 * and empty for a syntax error.
 */
export function loadSettings(file: string): Settings {
  const text = readText(file);
  return text === null ? settingsSchema.parse({}) : parseSettings(text, basename(file));
}

/** Writes the settings so that a crash leaves the old or the new file. */
export function saveSettings(file: string, settings: Settings): void {
  writeJsonAtomic(file, settingsSchema.parse(settings));
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOENT') return null;
    throw new Fault('SETTINGS_INVALID', { file: basename(file), line: 0, column: 0, field: '', reason: code }, { cause });
  }
}

function parseSettings(source: string, file: string): Settings {
  // Editors on Windows put a byte order mark before the first brace.
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const syntax = findSyntaxError(text);
  if (syntax !== null) {
    throw new Fault('SETTINGS_INVALID', { file, line: syntax.line, column: syntax.column, field: '', reason: syntax.reason });
  }
  const parsed = settingsSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const { path, reason } = firstIssue(parsed.error);
  throw new Fault('SETTINGS_INVALID', { file, ...locate(text, path), field: path.join('.'), reason });
}

function firstIssue(error: z.ZodError): { readonly path: readonly PropertyKey[]; readonly reason: string } {
  const issue = error.issues[0];
  if (issue === undefined) return { path: [], reason: 'invalid' };
  // zod reports an unknown member at the object that holds it; the person looks for the member.
  const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  return { path: unknownKey === undefined ? issue.path : [...issue.path, unknownKey], reason: issue.message };
}
