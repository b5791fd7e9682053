import type { Annotation } from '../../checks/state.ts'

/** What a step says through lines of its output. */
export type Said =
  | { is: 'line'; text: string }
  | { is: 'annotation'; annotation: Annotation; text: string }
  | { is: 'mask'; value: string }
  | { is: 'output'; name: string; value: string }
  | { is: 'state'; name: string; value: string }

const LEVELS = { error: 'failure', warning: 'warning', notice: 'notice' } as const

/** Reads `::command key=value::data` lines. Keep one reader per step: `stop-commands` has a memory. */
export function createCommandReader(): (line: string) => Said {
  let stoppedUntil: string | null = null
  return line => {
    const found = /^\s*::([\w-]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/s.exec(line)
    if (stoppedUntil !== null) {
      if (found?.[1] === stoppedUntil) stoppedUntil = null
      return { is: 'line', text: line }
    }
    if (!found) return { is: 'line', text: line }
    const [, command = '', keys = '', data = ''] = found
    if (command === 'stop-commands') {
      stoppedUntil = unescapeData(data)
      return { is: 'line', text: line }
    }
    return obey(command, properties(keys), unescapeData(data), line)
  }
}

function obey(command: string, keys: Record<string, string>, data: string, line: string): Said {
  switch (command) {
    case 'error':
    case 'warning':
    case 'notice':
      return {
        is: 'annotation',
        annotation: annotation(LEVELS[command], keys, data),
        text: `##[${command}]${data}`,
      }
    case 'add-mask':
      return { is: 'mask', value: data }
    case 'set-output':
      return { is: 'output', name: keys.name ?? '', value: data }
    case 'save-state':
      return { is: 'state', name: keys.name ?? '', value: data }
    case 'group':
    case 'endgroup':
    case 'debug':
      return { is: 'line', text: `##[${command}]${data}` }
    default:
      return { is: 'line', text: line }
  }
}

export function annotation(
  level: Annotation['annotation_level'],
  keys: Record<string, string>,
  message: string,
): Annotation {
  const first = Number(keys.line ?? 1) || 1
  return {
    path: keys.file ?? '.github',
    start_line: first,
    end_line: Number(keys.endLine ?? first) || first,
    annotation_level: level,
    message,
    title: keys.title ?? null,
    raw_details: null,
  }
}

function properties(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap(pair => {
    const at = pair.indexOf('=')
    return at < 0 ? [] : [[pair.slice(0, at).trim(), unescapeProperty(pair.slice(at + 1))] as const]
  })
  return Object.fromEntries(pairs)
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','))
}
