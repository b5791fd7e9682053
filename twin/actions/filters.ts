import { list, mapping, plain, strings, type Tree } from './tree.ts'

/** GitHub's filter patterns: `*` stays in one path part, `**` does not, `?` and `+` repeat what is before, `!` excludes. */
export function matchesAny(patterns: string[], value: string): boolean {
  let hit = false
  for (const pattern of patterns) {
    const negative = pattern.startsWith('!')
    if (toRegExp(negative ? pattern.slice(1) : pattern).test(value)) hit = !negative
  }
  return hit
}

function toRegExp(pattern: string): RegExp {
  let out = ''
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? ''
    if (pattern.startsWith('**/', at)) {
      out += '(?:.*/)?'
      at += 2
    } else if (pattern.startsWith('**', at)) {
      out += '.*'
      at += 1
    } else if (char === '*') out += '[^/]*'
    else if (char === '?' || char === '+') out += char
    else if (char === '[') {
      const end = pattern.indexOf(']', at)
      out += pattern.slice(at, end + 1)
      at = end
    } else if (char === '\\') out += `\\${pattern[++at] ?? ''}`
    else out += char.replace(/[.^$(){}|\\/]/g, '\\$&')
  }
  return new RegExp(`^${out}$`)
}

/** `name` and `name-ignore` of one filter; true when the file does not filter by it. */
function passes(settings: Tree | undefined, name: string, matches: (patterns: string[]) => boolean): boolean {
  const map = mapping(settings)
  if (map.has(name)) return matches(strings(map.get(name)))
  if (map.has(`${name}-ignore`)) return !matches(strings(map.get(`${name}-ignore`)))
  return true
}

/** A push to a branch or tag. With filters for only one of both kinds, the other kind starts nothing. */
export function passesRef(settings: Tree | undefined, ref: string): boolean {
  const map = mapping(settings)
  const kind = ref.startsWith('refs/tags/') ? 'tags' : 'branches'
  const other = kind === 'tags' ? 'branches' : 'tags'
  const has = (name: string) => map.has(name) || map.has(`${name}-ignore`)
  if (!has(kind) && has(other)) return false
  return passesBranch(settings, ref.replace(/^refs\/(heads|tags)\//, ''), kind)
}

export function passesBranch(settings: Tree | undefined, branch: string, kind = 'branches'): boolean {
  return passes(settings, kind, patterns => matchesAny(patterns, branch))
}

/** `paths`: any changed file matches; `paths-ignore`: not all of them match. */
export function passesPaths(settings: Tree | undefined, changed: string[]): boolean {
  const map = mapping(settings)
  if (map.has('paths')) {
    const patterns = strings(map.get('paths'))
    return changed.some(path => matchesAny(patterns, path))
  }
  if (map.has('paths-ignore')) {
    const patterns = strings(map.get('paths-ignore'))
    return !changed.every(path => matchesAny(patterns, path))
  }
  return true
}

export function filtersPaths(settings: Tree | undefined): boolean {
  return mapping(settings).has('paths') || mapping(settings).has('paths-ignore')
}

/** What `types` is when a file leaves it out; any other event takes every action. */
const DEFAULT_TYPES: Record<string, string[]> = {
  pull_request: ['opened', 'synchronize', 'reopened'],
  pull_request_target: ['opened', 'synchronize', 'reopened'],
  merge_group: ['checks_requested'],
}

export function passesType(event: string, settings: Tree | undefined, action: string | null): boolean {
  const types = mapping(settings).get('types')
  const wanted = types === undefined ? DEFAULT_TYPES[event] : list(types).map(type => String(plain(type)))
  return wanted === undefined || action === null || wanted.includes(action)
}

/** `[skip ci]` and its kin in the head commit's message. */
export function asksToSkip(message: string): boolean {
  if (/\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/.test(message)) return true
  return /(?:\n\n)(?:skip-checks: ?true)\s*$/.test(message)
}
