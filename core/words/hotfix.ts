export const NOT_LANDED =
  'it has not landed, so nothing has to be mended behind it: `/chorus stop` ends it, `/chorus revise` goes on with what you say'

export function explainMany(affected: readonly number[], pull: number): string {
  return `${affected.length} open tasks build on it (${list(affected)}), too many to mend it under them: \`/chorus stop\` them, revert #${pull} with the button on it, and open an issue to do it anew`
}

export function whichIssue(affected: readonly number[]): string {
  const then =
    affected.length === 0
      ? 'no open task builds on this one'
      : `${list(affected)} will wait until that one has landed`
  return `say which issue mends it: open one that says what is wrong, ask an agent for it, then say \`/chorus hotfix #NUMBER\` here; ${then}`
}

export function explainTarget(target: number): string {
  return `#${target} is no open task that an agent was asked for, or it waits for this one, itself or through others`
}

function list(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 5).map(number => `#${number}`)
  return numbers.length > shown.length
    ? `${shown.join(', ')} and ${numbers.length - shown.length} more`
    : shown.join(', ')
}
