import { useState } from 'react';

export function App() {
  const [count, setCount] = useState(0);

  return (
    <main className="page">
      <h1>It works</h1>
      <p>
        This page is where the app begins. Edit <code>src/App.tsx</code> to make it yours.
      </p>
      <button type="button" onClick={() => setCount(count + 1)}>
        {count === 0 ? 'Press me' : `Pressed ${count} ${count === 1 ? 'time' : 'times'}`}
      </button>
    </main>
  );
}
