/** GitHub's fnmatch on ref names: `*` stays within a segment, `**` does not, `?` is one character. */
export function matchesRef(pattern: string, ref: string, defaultBranch: string): boolean {
  if (pattern === '~ALL') return true
  if (pattern === '~DEFAULT_BRANCH') return ref === `refs/heads/${defaultBranch}`
  return compile(pattern).test(ref)
}

const compiled = new Map<string, RegExp>()

function compile(pattern: string): RegExp {
  const known = compiled.get(pattern)
  if (known) return known
  const source = pattern
    .split(/(\*\*\/|\*\*|\*|\?|\[[^\]]+\])/)
    .map(part => {
      if (part === '**/') return '(?:.*/)?'
      if (part === '**') return '.*'
      if (part === '*') return '[^/]*'
      if (part === '?') return '[^/]'
      if (part.startsWith('[')) return part
      return part.replace(/[.+^${}()|\\\]]/g, '\\$&')
    })
    .join('')
  const regexp = new RegExp(`^${source}$`)
  compiled.set(pattern, regexp)
  return regexp
}
