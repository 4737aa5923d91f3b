export function GitHubPage() {
  return null;
}
