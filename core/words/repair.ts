/** What an agent is told before a second version of the file that it writes for us; empty for the first. */
export function repairFile(problems: readonly string[]): string {
  if (problems.length === 0) return ''
  const heading = 'Your last version cannot be used. Mend this and write the file again, whole:'
  return `${heading}\n\n${problems.map(problem => `- ${problem}`).join('\n')}`
}
