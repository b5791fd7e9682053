/** A piece of a workflow or action file in which expressions still stand unevaluated. */
export type Tree = string | number | boolean | null | Expression | Tree[] | TreeMap
export type TreeMap = Map<string, Tree>

/** The text between `${{` and `}}`; mixed text arrives as one `format(…)` call. */
export class Expression {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Shape of the parser's tokens as far as we read them. */
export type Token = { templateTokenType: number; toJSON(): unknown }

type MappingJson = { map: { Key: Token; Value: Token }[] }

/** Numbers are the parser's own `TokenType`. */
export function treeOf(token: Token): Tree {
  switch (token.templateTokenType) {
    case 1:
      return (token.toJSON() as { seq: Token[] }).seq.map(treeOf)
    case 2:
      return new Map((token.toJSON() as MappingJson).map.map(pair => [keyOf(pair.Key), treeOf(pair.Value)]))
    case 3:
      return new Expression((token.toJSON() as { expr: string }).expr)
    case 7:
      return null
    default:
      return token.toJSON() as string | number | boolean
  }
}

function keyOf(token: Token): string {
  const key = treeOf(token)
  return key instanceof Expression ? `\${{ ${key.text} }}` : String(key)
}

export function mapping(tree: Tree | undefined): TreeMap {
  return tree instanceof Map ? tree : new Map()
}

/** One value or a list of them, as most of `on:` allows. */
export function list(tree: Tree | undefined): Tree[] {
  if (tree === undefined || tree === null) return []
  return Array.isArray(tree) ? tree : [tree]
}

export function strings(tree: Tree | undefined): string[] {
  return list(tree).map(String)
}

/** Without evaluation: for parts in which no expression is allowed. */
export function plain(tree: Tree | undefined): unknown {
  if (tree === undefined) return undefined
  if (tree instanceof Expression) return `\${{ ${tree.text} }}`
  if (Array.isArray(tree)) return tree.map(plain)
  if (tree instanceof Map) return Object.fromEntries([...tree].map(([key, value]) => [key, plain(value)]))
  return tree
}
