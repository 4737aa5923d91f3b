export function BuildView() {
  return null;
}
