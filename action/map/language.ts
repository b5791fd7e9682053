/**
 * What a file of a language offers to others and what it takes from them, told from the beginnings of lines: no parser,
 * and so no grammar to carry (docs/decisions). It may miss a symbol or name one too many; a map may, too.
 */
export type Language = {
  name: string
  /** The first group that matched is the symbol; `list` groups hold several, separated by commas. */
  symbols: readonly RegExp[]
  list?: RegExp
  /** The first group that matched is what is imported, as written. */
  imports: readonly RegExp[]
  /** Where an import may lead, best first: paths without ending, below the root or only the end of one. */
  leads(written: string, from: string): readonly Lead[]
}

/** `exact`: from the root; else any path that ends so. `folder`: all files of that folder are meant. */
export type Lead = { path: string; exact: boolean; folder?: boolean }

const script: Language = {
  name: 'TypeScript/JavaScript',
  symbols: [
    /^export (?:default )?(?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|const enum|const|let|var|interface|type|enum|namespace) ([\w$]+)/gm,
    /^(?:module\.)?exports\.([\w$]+) ?=/gm,
  ],
  list: /^export (?:type )?\{([^}]{0,2000})\}/gm,
  imports: [/(?:\bfrom|^import|\brequire\(|\bimport\() ?['"]([^'"\n]{1,300})['"]/gm],
  leads(written, from) {
    if (!written.startsWith('.')) return [end(stripEnding(written.replace(/^[@~]\//, '')))]
    const path = join(folderOf(from), written)
    return [exact(stripEnding(path)), exact(path)]
  },
}

const python: Language = {
  name: 'Python',
  symbols: [/^(?:async )?def ([A-Za-z]\w*)/gm, /^class ([A-Za-z]\w*)/gm],
  imports: [/^\s{0,8}from (\.{0,5}[\w.]{0,200}) import\b/gm, /^import ([\w.]{1,200})/gm],
  leads(written, from) {
    const dots = /^\.*/.exec(written)![0].length
    const path = written.slice(dots).replaceAll('.', '/')
    if (dots === 0) return [end(path)]
    return [exact(join(folderOf(from), `${'../'.repeat(dots - 1)}${path}`))]
  },
}

const go: Language = {
  name: 'Go',
  symbols: [/^func (?:\([^)\n]{0,200}\) ?)?([A-Z]\w*)/gm, /^(?:type|var|const) ([A-Z]\w*)/gm],
  imports: [/^(?:import )?\s{0,8}(?:[\w.]{1,60} )?"([^"\s]{1,200}\/[^"\s]{1,200})"$/gm],
  leads: written => {
    const parts = written.split('/')
    return parts.slice(1).map((_, at) => ({ path: parts.slice(at + 1).join('/'), exact: true, folder: true }))
  },
}

const rust: Language = {
  name: 'Rust',
  symbols: [
    /^(?: {4})?pub(?:\([a-z]+\))? (?:async |unsafe |const )*(?:fn|struct|enum|trait|type|const|static|union) ([A-Za-z]\w*)/gm,
    /^macro_rules! (\w+)/gm,
  ],
  imports: [/^(?:pub )?use ((?:crate|super|self)::[\w:]{1,200})/gm, /^(?:pub )?mod (\w+);/gm],
  leads(written, from) {
    const parts = written.split('::')
    if (parts.length === 1) {
      return [exact(join(folderOf(from), written)), exact(join(stripEnding(from), written))]
    }
    const names = parts.slice(1)
    return names.map((_, at) => end(names.slice(0, names.length - at).join('/')))
  },
}

const jvm: Language = {
  name: 'Java/Kotlin/C#',
  symbols: [
    /^(?:(?:public|internal|abstract|final|sealed|data|open|static|partial) )*(?:class|interface|enum class|enum|record|object|struct) ([A-Z]\w*)/gm,
    /^ {2,8}public (?:(?:static|final|abstract|override|virtual|async|synchronized) )*[\w<>[\].,?]{1,80} (\w{1,80})\(/gm,
    /^fun (?:<[^>\n]{1,60}> )?([a-z]\w*)\(/gm,
  ],
  imports: [/^import (?:static )?([\w.]{1,200})/gm, /^using ([\w.]{1,200});/gm],
  leads: written => [end(written.replaceAll('.', '/'))],
}

const ruby: Language = {
  name: 'Ruby',
  symbols: [/^\s{0,4}(?:class|module) ([A-Z][\w:]*)/gm, /^ {0,4}def (?:self\.)?([a-z]\w*[?!]?)/gm],
  imports: [/^\s{0,4}require(?:_relative)? ['"]([^'"\n]{1,200})['"]/gm],
  leads: (written, from) => [exact(join(folderOf(from), written)), end(written)],
}

const c: Language = {
  name: 'C/C++',
  symbols: [
    /^(?:typedef )?(?:class|struct|enum class|enum|union) ([A-Za-z_]\w*)/gm,
    /^(?!static|return|else|typedef|using|#)[A-Za-z_][\w:*&<>, ]{0,100}[ *&](?!if|for|while|switch|return)([A-Za-z_]\w{0,80})\([^;{}\n]{0,300}[;{)\n]/gm,
  ],
  imports: [/^\s{0,4}# ?include "([^"\n]{1,200})"/gm],
  leads: (written, from) => [
    exact(stripEnding(join(folderOf(from), written))),
    end(stripEnding(written.replace(/^(?:\.\.?\/)+/, ''))),
  ],
}

const ENDINGS: readonly (readonly [Language, string])[] = [
  [script, 'ts tsx mts cts js jsx mjs cjs vue svelte'],
  [python, 'py pyi'],
  [go, 'go'],
  [rust, 'rs'],
  [jvm, 'java kt kts cs scala'],
  [ruby, 'rb'],
  [c, 'c h cc cpp cxx hh hpp hxx'],
]

const BY_ENDING = new Map(
  ENDINGS.flatMap(([language, endings]) => endings.split(' ').map(ending => [ending, language] as const)),
)

export function languageOf(path: string): Language | null {
  return BY_ENDING.get(/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '') ?? null
}

export function stripEnding(path: string): string {
  return path.replace(/(?:\.d)?\.\w{1,6}$/, '')
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

/** Below the root; steps above it lead nowhere. */
function join(folder: string, path: string): string {
  const parts: string[] = []
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}

const exact = (path: string): Lead => ({ path, exact: true })
const end = (path: string): Lead => ({ path, exact: false })
