import type { Language } from './language.ts'

export type Extract = { symbols: readonly string[]; imports: readonly string[] }

const MOST_SYMBOLS = 200
const MOST_IMPORTS = 300
/** Longer lines are made by machines. */
const LONGEST_LINE = 1000

/** What a file offers and takes, by its language's marks. */
export function extract(text: string, language: Language): Extract {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const plain = lines.map(line => (line.length > LONGEST_LINE ? '' : line)).join('\n')
  const symbols = new Set(language.symbols.flatMap(pattern => find(plain, pattern, MOST_SYMBOLS)))
  for (const names of language.list === undefined ? [] : find(plain, language.list, MOST_SYMBOLS)) {
    for (const name of names.split(',')) symbols.add(lastWord(name))
  }
  symbols.delete('')
  const imports = new Set(language.imports.flatMap(pattern => find(plain, pattern, MOST_IMPORTS)))
  return { symbols: [...symbols].slice(0, MOST_SYMBOLS), imports: [...imports] }
}

function find(text: string, pattern: RegExp, most: number): string[] {
  const found: string[] = []
  for (const match of text.matchAll(pattern)) {
    const name = match[1]
    if (name !== undefined) found.push(name)
    if (found.length >= most) break
  }
  return found
}

/** `a as b` is offered as b. */
function lastWord(text: string): string {
  return /([\w$]+)\s*$/.exec(text)?.[1] ?? ''
}
