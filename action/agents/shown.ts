import { type Line, lineAt, parseLine, textAt } from './said.ts'

/** How a program's events are shown to people who read the log: what it says, and what it does, a line each. */
export type Show = (event: Line) => readonly string[]

/** Text of no event is shown as it is; events that say nothing to people are left out. */
export function showLine(show: Show, text: string): readonly string[] {
  const event = parseLine(text)
  return event === null ? [text] : show(event).flatMap(splitLines)
}

/** What a tool is used on, as far as one line can tell. */
export function showTool(name: string, input: unknown): string {
  const given = [
    'command',
    'cmd',
    'file_path',
    'filePath',
    'absolute_path',
    'path',
    'pattern',
    'query',
    'url',
  ]
  const on = given.map(key => textAt(input, key)).find(text => text !== '') ?? ''
  return `→ ${name}${on === '' ? '' : ` ${on.split('\n')[0]!.slice(0, 300)}`}`
}

/** The events of claude and of qwen. */
export function showMessage(event: Line): readonly string[] {
  if (event.subtype === 'api_retry')
    return [`the model service failed (${String(event.error_status)}); trying again`]
  const content = lineAt(event, 'message')?.content
  if (event.type !== 'assistant' || !Array.isArray(content)) return []
  return content.flatMap(part => {
    const text = textAt(part, 'text')
    if (text !== '') return [text]
    const name = textAt(part, 'name')
    return name === '' ? [] : [showTool(name, lineAt(part, 'input'))]
  })
}

function splitLines(text: string): string[] {
  return text.split('\n').filter(line => line.trim() !== '')
}
