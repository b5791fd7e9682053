/** About the wordings that agents are given. */

export function badPrompt(path: string, problems: readonly string[]): string {
  const rest = problems.length > 3 ? `; and ${problems.length - 3} more` : ''
  return `${path} on the default branch cannot be used: ${problems.slice(0, 3).join('; ')}${rest}. \`chorus validate ${path}\` lists all of it.`
}

/** Stands at the beginning of what an agent is told, so that every record of it says which wording it was. */
export function promptUsed(name: string, version: number | null, path: string | null): string {
  const which = version === null ? name : `${name} ${version}`
  return path === null ? `[prompt ${which}]` : `[prompt ${which}, worded by ${path}]`
}
