import type { Ask, Call, Tool } from './ask.ts'
import { findFolder } from './folder.ts'
import { type Json, objectOf, textOf } from './json.ts'
import type { Act } from './plan/plan.ts'

/** What a client calls its tools, by what they are for; the first one offered is used. */
const NAMES = {
  write: /^(write|write_file|writefile|create_file)$/i,
  read: /^(read|read_file|readfile)$/i,
  run: /^(exec_command|shell_command|shell|local_shell|bash|run_shell_command|run_command)$/i,
  patch: /^apply_patch$/i,
} as const

type Made = Omit<Call, 'id'>

/** An act as a call of the tools that this client offers, in its own shapes; null when none of them can do it. */
export function makeCall(act: Act, ask: Ask): Made | null {
  const tool = (kind: keyof typeof NAMES) => ask.tools.find(one => NAMES[kind].test(one.name)) ?? null
  switch (act.do) {
    case 'write':
      return writing(act.path, act.content, ask)
    case 'read': {
      const read = tool('read')
      if (read) return filled(read, { path: located(act.path, ask) })
      return running(`cat ${quote(act.path)}`, ask)
    }
    case 'run':
      return running(act.command, ask)
    case 'malformed': {
      const made = running('true', ask)
      return made && { ...made, freeform: false, args: '{"command": "echo brok' }
    }
    case 'call': {
      const named = ask.tools.find(one => one.name === act.name)
      return { name: act.name, freeform: named?.freeform ?? false, args: act.args }
    }
    default:
      return null
  }
}

function writing(path: string, content: string, ask: Ask): Made | null {
  const write = ask.tools.find(one => NAMES.write.test(one.name))
  if (write) return filled(write, { path: located(path, ask), content })
  const patch = ask.tools.find(one => NAMES.patch.test(one.name))
  if (patch) return filled(patch, { patch: patchText(path, content) })
  const folder = path.includes('/') ? `mkdir -p ${quote(path.replace(/\/[^/]*$/, ''))} && ` : ''
  return running(`${folder}cat > ${quote(path)} <<'END_OF_FILE'\n${content}END_OF_FILE`, ask)
}

function running(command: string, ask: Ask): Made | null {
  const run = ask.tools.find(one => NAMES.run.test(one.name))
  if (run) return filled(run, { command })
  const code = ask.tools.find(one => one.freeform && one.name === 'exec')
  if (!code) return null
  // Some models are given a tool that runs JavaScript, with the other tools as functions in it.
  const script = `const result = await tools.exec_command({ cmd: ${JSON.stringify(command)} })\ntext(JSON.stringify(result))\n`
  return { name: code.name, freeform: true, args: script }
}

/** What arguments mean, by the names that clients give them. */
const MEANING: readonly [keyof Given, RegExp][] = [
  ['path', /^(file_?path|absolute_?path|path|target_?file)$/i],
  ['content', /^(contents?|text)$/i],
  ['command', /^(command|cmd)$/i],
  ['patch', /^(patch|patch_?text|input)$/i],
]

type Given = { path?: string; content?: string; command?: string; patch?: string }

function filled(tool: Tool, given: Given): Made {
  if (tool.freeform) {
    return { name: tool.name, freeform: true, args: given.patch ?? given.command ?? given.content ?? '' }
  }
  const properties = objectOf(tool.schema.properties)
  const required = Array.isArray(tool.schema.required) ? tool.schema.required : []
  const args: Json = {}
  for (const [name, schema] of Object.entries(properties)) {
    const meaning = MEANING.find(([kind, pattern]) => given[kind] !== undefined && pattern.test(name))
    if (meaning) args[name] = shaped(given[meaning[0]] ?? '', objectOf(schema))
    else if (name === 'yield_time_ms') args[name] = 30_000
    else if (required.includes(name)) args[name] = sampleOf(objectOf(schema), name)
  }
  return { name: tool.name, freeform: false, args: JSON.stringify(args) }
}

/** Some want a command as a list of words. */
function shaped(value: string, schema: Json): unknown {
  return textOf(schema.type).toLowerCase() === 'array' ? ['bash', '-lc', value] : value
}

/** The plainest value that a schema allows. */
export function sampleOf(schema: Json, name = 'value'): unknown {
  const options = [schema.enum, schema.anyOf, schema.oneOf].find(Array.isArray)
  if (schema.const !== undefined) return schema.const
  if (options) return options === schema.enum ? options[0] : sampleOf(objectOf(options[0]), name)
  const type = textOf(Array.isArray(schema.type) ? schema.type[0] : schema.type).toLowerCase()
  if (type === 'boolean') return false
  if (type === 'number' || type === 'integer') return Number(schema.minimum ?? 1)
  if (type === 'array') return []
  if (type !== 'object') return `as planned (${name})`
  const required = Array.isArray(schema.required) ? schema.required : []
  return Object.fromEntries(
    Object.entries(objectOf(schema.properties))
      .filter(([key]) => required.includes(key))
      .map(([key, value]) => [key, sampleOf(objectOf(value), key)]),
  )
}

function patchText(path: string, content: string): string {
  const lines = content.replace(/\n$/, '').split('\n')
  const added = content === '' ? [] : lines.map(line => `+${line}`)
  return ['*** Begin Patch', `*** Add File: ${path}`, ...added, '*** End Patch', ''].join('\n')
}

/** Most clients want whole paths; those that do not say where they are get the path as it was written. */
function located(path: string, ask: Ask): string {
  const folder = path.startsWith('/') ? null : findFolder(ask)
  return folder === null ? path : `${folder.replace(/\/$/, '')}/${path}`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
