import { folderOf, type Language, type Lead, stripEnding } from './language.ts'

/** A file with what it offers and takes. */
export type Module = {
  path: string
  language: Language
  symbols: readonly string[]
  imports: readonly string[]
}

export type Ranked = Module & { dependents: number }

/** Most depended-on first; tests, which nobody depends on, last. */
export function rank(modules: readonly Module[]): Ranked[] {
  const index = buildIndex(modules)
  const dependents = new Map<string, Set<string>>()
  for (const module of modules) {
    for (const written of module.imports) {
      for (const target of resolve(module, written, index)) {
        if (target === module.path) continue
        dependents.set(target, (dependents.get(target) ?? new Set()).add(module.path))
      }
    }
  }
  const ranked = modules.map(module => ({ ...module, dependents: dependents.get(module.path)?.size ?? 0 }))
  return ranked.sort(
    (a, b) =>
      Number(isTest(a.path)) - Number(isTest(b.path)) ||
      b.dependents - a.dependents ||
      b.symbols.length - a.symbols.length ||
      (a.path < b.path ? -1 : 1),
  )
}

export function isTest(path: string): boolean {
  return /(?:^|\/)(?:tests?|specs?|__tests__|testdata|fixtures)\/|[._-](?:test|spec)s?\.\w+$|(?:^|\/)test_\w+\.py$|Tests?\.(?:java|kt|cs)$/.test(
    path,
  )
}

type Index = {
  byPath: ReadonlyMap<string, string>
  /** By the last part of the path. */
  byName: ReadonlyMap<string, readonly string[]>
  byFolder: ReadonlyMap<string, readonly string[]>
}

/** The file that stands for its folder. */
const STAND_IN = /\/(?:index|__init__|mod|lib)$/

function buildIndex(modules: readonly Module[]): Index {
  const byPath = new Map<string, string>()
  for (const { path } of modules) {
    const key = stripEnding(path)
    byPath.set(path, path)
    if (!byPath.has(key)) byPath.set(key, path)
    if (STAND_IN.test(key)) byPath.set(key.replace(STAND_IN, ''), path)
  }
  const keys = [...byPath.keys()]
  return {
    byPath,
    byName: Map.groupBy(keys, key => key.slice(key.lastIndexOf('/') + 1)),
    byFolder: Map.groupBy(
      modules.map(module => module.path),
      folderOf,
    ),
  }
}

/** More candidates than that are a name that says nothing. */
const MOST_NAMESAKES = 50

function resolve({ language, path }: Module, written: string, index: Index): readonly string[] {
  for (const lead of language.leads(written, path)) {
    const found = follow(lead, index)
    if (found.length > 0) return found
  }
  return []
}

function follow(lead: Lead, { byPath, byName, byFolder }: Index): readonly string[] {
  if (lead.folder === true) return (byFolder.get(lead.path) ?? []).filter(path => !isTest(path))
  const exact = byPath.get(lead.path)
  if (exact !== undefined) return [exact]
  if (lead.exact || lead.path === '') return []
  const namesakes = byName.get(lead.path.slice(lead.path.lastIndexOf('/') + 1)) ?? []
  if (namesakes.length > MOST_NAMESAKES) return []
  const key = namesakes.find(name => name.endsWith(`/${lead.path}`))
  return key === undefined ? [] : [byPath.get(key)!]
}
