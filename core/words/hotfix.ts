export const NOT_LANDED =
  'it has not landed, so nothing has to be mended behind it: `/chorus stop` ends it, `/chorus revise` goes on with what you say'

export function explainMany(affected: readonly number[]): string {
  return `${affected.length} tasks build on it (${listIssues(affected)}), too many to mend it under them: \`/chorus rollback\` tells what taking it back would mean, and does nothing yet`
}

export function whichIssue(affected: readonly number[]): string {
  const then =
    affected.length === 0
      ? 'no open task builds on this one'
      : `${listIssues(affected)} will wait until that one has landed`
  return `say which issue mends it: open one that says what is wrong, ask an agent for it, then say \`/chorus hotfix #NUMBER\` here; ${then}`
}

export function explainTarget(target: number): string {
  return `#${target} is no open task that an agent was asked for, or it waits for this one, itself or through others`
}

/** The first few, and how many more there are. */
export function listIssues(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 5).map(number => `#${number}`)
  return numbers.length > shown.length
    ? `${shown.join(', ')} and ${numbers.length - shown.length} more`
    : shown.join(', ')
}
