/** The list of the keys that do something on the present page. */
import { Dialog } from '../ui/dialog';
import { Button } from '../ui/button';
import css from './frame.module.css';
import { useShortcutGroups, type Group } from './shortcuts';

/** Groups of the same name are one; of a key that several want, the last has it. */
function joined(groups: readonly Group[]): Map<string, Map<string, string>> {
  const names = new Map<string, Map<string, string>>();
  for (const { name, shortcuts } of groups) {
    const keys = names.get(name) ?? new Map<string, string>();
    for (const { key, label } of shortcuts) {
      for (const others of names.values()) others.delete(key);
      keys.set(key, label);
    }
    names.set(name, keys);
  }
  return names;
}

export function KeyList({ open, onClose }: { open: boolean; onClose: () => void }) {
  const groups = [...joined(useShortcutGroups())].filter(([, keys]) => keys.size > 0);
  return (
    <Dialog open={open} onClose={onClose} label="Keys">
      <div className={css.keys}>
        <h2>Keys</h2>
        {groups.map(([name, keys]) => (
          <section key={name}>
            <h3>{name}</h3>
            <dl>
              {[...keys].map(([key, label]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{label}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <p>They rest while you type.</p>
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  );
}
